/** A server as people start it: a command in a folder. It ends with the test, and so do all processes that it started. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export interface Started {
  readonly port: number
  /** What it has printed so far. */
  printed(): string
  stop(): Promise<void>
}

export interface Command {
  /** As in a shell. `PORT` stands in its environment. */
  readonly line: string
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * The command and all that it starts are one group of processes, which ends when the command does, or when standard input
 * does: that is when the test stops it, or when the test's process is gone, however it went.
 */
const GROUP = `node() { "$NODE" "$@"; } # the one that runs this
{ eval "$COMMAND"; kill -KILL 0; } &
cat >/dev/null
kill -KILL 0`

/** Outside the range from which the system takes ports for connections, so that none of those can take it. */
const FIRST_PORT = 20_000
const PORTS = 10_000

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const listening = new Promise<boolean>((done) => {
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => done(true))
  })
  const free = await listening
  if (free) await new Promise((done) => server.close(done))
  return free
}

async function freePort(): Promise<number> {
  const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
  return (await isFree(port)) ? port : freePort()
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => done(false))
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
  })
}

/** Debian's own programs come first: its Python has Debian's packages. */
const PATH = `/usr/bin:/usr/sbin:${process.env.PATH}`

/** Starts the command that `commandFor` gives for a port, and waits until that port is open. */
export async function startProcess(commandFor: (port: number) => Command): Promise<Started> {
  const port = await freePort()
  const { line, folder, env } = commandFor(port)
  const child = spawn('sh', ['-c', GROUP], {
    cwd: folder,
    detached: true,
    env: {
      ...process.env,
      PATH,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
      ...env,
      COMMAND: line,
      NODE: process.execPath,
      PORT: String(port),
    },
  })
  const closed = once(child, 'close')

  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      printed += text
    })
  }

  async function stop(): Promise<void> {
    child.stdin.end()
    await closed
  }

  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`"${line}" ended before it listened on ${port}. It printed:\n${printed}`)
    await setTimeout(20)
  }
  return { port, printed: () => printed, stop }
}
