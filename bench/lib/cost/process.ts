/** Starts a server in a separate process, and asks it what it cost. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { originOf } from '../loopback.ts'
import type { ServerName } from './servers.ts'

/** To the process: how many events to publish, one a second, before it answers. */
export interface CostRequest {
  readonly publish: number
}

/** From the process: what it cost since its start. */
export interface CostAnswer {
  /** By the process's clock. */
  readonly atMs: number
  readonly cpuMs: number
  readonly readBytes: number
  readonly writtenBytes: number
  /** In the first answer only. */
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
    child.once('message', (answer: CostAnswer) => {
      child.off('exit', onExit)
      resolve(answer)
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
