/** Starts a server in a process of its own, and asks it what it cost. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { originOf } from '../loopback.ts'
import type { ServerName } from './servers.ts'

/** To the process: how many events to tell, one each second, before it answers. */
export interface CostRequest {
  readonly tell: number
}

/** Of the process: what it cost since it began. */
export interface CostAnswer {
  /** When, by its own clock. */
  readonly atMs: number
  readonly cpuMs: number
  readonly readBytes: number
  readonly writtenBytes: number
  /** In the first one. */
  readonly port?: number
}

export interface CostProcess {
  readonly origin: string
  ask(request: CostRequest): Promise<CostAnswer>
  stop(): Promise<void>
}

function nextAnswer(child: ChildProcess): Promise<CostAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('A server whose cost is measured has ended.'))
    child.once('exit', onExit)
    child.once('message', (answer) => {
      child.off('exit', onExit)
      resolve(answer as CostAnswer)
    })
  })
}

export async function startCostProcess(
  name: ServerName,
  heartbeatMs: number,
): Promise<CostProcess> {
  const worker = fileURLToPath(new URL('./worker.ts', import.meta.url))
  const child = fork(worker, [name, `${heartbeatMs}`], { execArgv: ['--import', 'tsx'] })
  const { port = 0 } = await nextAnswer(child)
  return {
    origin: originOf(port),
    ask(request) {
      const answered = nextAnswer(child)
      child.send(request)
      return answered
    },
    stop() {
      const exited = new Promise<void>((done) => child.once('exit', () => done()))
      child.disconnect()
      return exited
    },
  }
}
