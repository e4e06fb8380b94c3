/** The files of the demo page and of the built package. */

import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'
import { answer } from './answer.ts'

const PAGE_FOLDER = folder('../dist/')
const PACKAGE_FOLDER = folder('../../dist/')
const PACKAGE_PREFIX = '/dist/'

// In the mode `dev`, files are looked up at each request, so that a new build needs no restart.
const servePage = sirv(PAGE_FOLDER, { dev: true })
const servePackage = sirv(PACKAGE_FOLDER, { dev: true })

function folder(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}

export function handleStaticFile(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answer(response, 405, 'Only GET and HEAD are known here', { Allow: 'GET, HEAD' })
    return
  }

  const notFound = () => {
    const isBuilt = existsSync(PAGE_FOLDER) && existsSync(PACKAGE_FOLDER)
    answer(response, 404, isBuilt ? 'There is no such file' : 'Run "npm run build" first')
  }

  const url = request.url ?? '/'
  if (!url.startsWith(PACKAGE_PREFIX)) {
    servePage(request, response, notFound)
    return
  }
  request.url = url.slice(PACKAGE_PREFIX.length - 1)
  servePackage(request, response, notFound)
}
