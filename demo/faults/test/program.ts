/** Runs a program of the demo in another process: when it crashes or hangs, the test goes on. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface Program {
  /** Settles with the exit code. */
  readonly exited: Promise<unknown>
  /** All that it wrote to its standard error. */
  complaint(): string
  /** Writes a line to its standard input. */
  type(line: string): void
  /** The next line of its standard output; `undefined` after the last one. */
  nextLine(): Promise<string | undefined>
}

/** Starts a file of TypeScript; it is killed after the test. */
export function startProgram(file: string, ...args: string[]): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'close').then(([code]) => code)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let complaint = ''
  child.stderr.on('data', (text) => {
    complaint += text
  })
  // A program that has crashed reads no more.
  child.stdin.on('error', () => {})

  return {
    exited,
    complaint: () => complaint,
    type: (line) => void child.stdin.write(`${line}\n`),
    async nextLine() {
      const { value, done } = await lines.next()
      return done ? undefined : value
    },
  }
}
