/** nginx with a site of a recipe, in a folder of its own, as Debian's nginx includes the files of sites-enabled. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@playwright/test'
import type { Command } from './process.ts'
import { folderOf } from './recipes.ts'

/** Where nginx keeps what it buffers: all in the folder, whoever runs it. */
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `  ${name}_temp_path ${name};`)
  .join('\n')

function mainConfig(site: string): string {
  const user = process.getuid?.() === 0 ? 'user root;' : ''

  return `${user}
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
worker_processes 1;
error_log stderr;
pid nginx.pid;
events {}
http {
  access_log off;
${TEMPORARY}
${site}
}
`
}

/** The command for a site; `ports` are put in place of those that the recipe shows. */
export function nginxCommand(
  recipe: string,
  file: string,
  ports: Readonly<Record<string, number>>,
): Command {
  let site = readFileSync(join(folderOf(recipe), file), 'utf8')
  for (const [shown, port] of Object.entries(ports)) site = site.replaceAll(shown, String(port))
  const folder = test.info().outputPath('nginx')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'nginx.conf'), mainConfig(site))
  return { line: `nginx -p ${folder} -e stderr -c ${folder}/nginx.conf`, folder }
}
