// Starts the puppet server before the browser's tests, and finds an origin where nobody listens.
import type { TestProject } from 'vitest/node'
import { startPuppetServer } from './puppet-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The puppet server's. */
    readonly puppetOrigin: string
    /** Connections to it are refused. */
    readonly deadOrigin: string
  }
}

export const setup = async (project: TestProject) => {
  const puppet = await startPuppetServer()
  const dead = await startPuppetServer()
  await dead.close()
  project.provide('puppetOrigin', puppet.origin)
  project.provide('deadOrigin', dead.origin)
  return puppet.close
}
