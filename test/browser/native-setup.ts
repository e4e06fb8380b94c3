// Starts the server of streams before the browser's tests, and hands them those that failed once.
import type { TestProject } from 'vitest/node'
import { readRegressions } from '../fuzz/campaign.ts'
import type { Case } from '../fuzz/streams.ts'
import { startNativeServer } from './native-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** That of the server of streams. */
    readonly nativeOrigin: string
    readonly regressions: readonly Case[]
    /** Which random streams `npm run fuzz -- --native` asks for. */
    readonly nativeFuzz?: Readonly<Record<'seed' | 'runs' | 'slice', number>>
  }
}

export async function setup(project: TestProject) {
  const server = await startNativeServer()
  project.provide('nativeOrigin', server.origin)
  project.provide(
    'regressions',
    readRegressions().map(([, one]) => one),
  )
  return server.close
}
