// Starts the server of streams before the browser's tests.
import type { TestProject } from 'vitest/node'
import { startNativeServer } from './native-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** That of the server of streams. */
    readonly nativeOrigin: string
  }
}

export const setup = async (project: TestProject) => {
  const server = await startNativeServer()
  project.provide('nativeOrigin', server.origin)
  return server.close
}
