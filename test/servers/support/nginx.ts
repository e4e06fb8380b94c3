/** nginx with a site of a recipe, in a folder of its own, as Debian's nginx includes the files of sites-enabled. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@playwright/test'
import type { Command } from './process.ts'
import { readRecipe } from './recipes.ts'

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

/** The command for a site. `changes`: what stands in place of what the recipe shows, such as its ports. */
export function nginxCommand(
  recipe: string,
  file: string,
  changes: Readonly<Record<string, string | number>>,
): Command {
  let site = readRecipe(recipe, file)
  for (const [shown, other] of Object.entries(changes)) {
    if (!site.includes(shown)) throw new Error(`${file} does not show ${shown}`)
    site = site.replaceAll(shown, String(other))
  }
  const folder = test.info().outputPath('nginx')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'nginx.conf'), mainConfig(site))
  return { line: `nginx -p ${folder} -e stderr -c ${folder}/nginx.conf`, folder }
}
