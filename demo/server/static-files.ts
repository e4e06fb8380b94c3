/** The files of the demo page and of the built package. */

import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'
import { answer } from './answer.ts'

const folder = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const pageFolder = folder('../dist/')
const packageFolder = folder('../../dist/')
const packagePrefix = '/dist/'

// In this mode files are looked up with each request, so that a new build needs no restart.
const servePage = sirv(pageFolder, { dev: true })
const servePackage = sirv(packageFolder, { dev: true })

export function handleStaticFile(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answer(response, 405, 'Only GET and HEAD are known here', { Allow: 'GET, HEAD' })
    return
  }
  const notFound = () => {
    const isBuilt = existsSync(pageFolder) && existsSync(packageFolder)
    answer(response, 404, isBuilt ? 'There is no such file' : 'Run "npm run build" first')
  }
  const url = request.url ?? '/'
  if (!url.startsWith(packagePrefix)) {
    servePage(request, response, notFound)
    return
  }
  request.url = url.slice(packagePrefix.length - 1)
  servePackage(request, response, notFound)
}
