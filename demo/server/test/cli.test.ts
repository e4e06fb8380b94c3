// The command line: what it understands, what it says, and how it ends.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HELP, parseCommand } from '../cli.ts'
import { listen } from './support/running-server.ts'
import { openWebSocket } from './support/streams.ts'

describe('parseCommand', () => {
  test('has defaults', () => {
    expect(parseCommand([])).toEqual({
      port: 8080,
      host: '127.0.0.1',
      retention: 10_000,
      ratePerSecond: 10,
      allowedHosts: [],
    })
  })

  test('reads every option', () => {
    const args = ['--port', '0', '--host=::1', '--retention', '5', '--rate', '0.5']
    args.push('--allowed-host', 'a.example', '--allowed-host=b.example')
    expect(parseCommand(args)).toEqual({
      port: 0,
      host: '::1',
      retention: 5,
      ratePerSecond: 0.5,
      allowedHosts: ['a.example', 'b.example'],
    })
  })

  test('asks for help', () => {
    expect(parseCommand(['--help'])).toBe('help')
    const options = ['--port', '--host', '--allowed-host', '--retention', '--rate', '--help']
    for (const option of options) expect(HELP).toContain(option)
  })

  test.each([
    ['--bogus'],
    ['--port'],
    ['--port', '-1'],
    ['--port', '65536'],
    ['--port', ''],
    ['--port', '80.5'],
    ['--host', ''],
    ['--allowed-host', 'http://app.example'],
    ['--retention', '0'],
    ['--retention', 'many'],
    ['--rate', '501'],
    ['--rate', ' '],
    ['file'],
  ])('refuses %s %s', (...args) => {
    const expected = { name: 'UsageError', message: expect.stringContaining(args[0] ?? '') }
    expect(() => parseCommand(args)).toThrow(expect.objectContaining(expected))
  })
})

function run(...args: string[]) {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  let wake = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      wake()
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      resolve(code)
      wake()
    })
  })

  return {
    child,
    ended,
    output: () => output,
    async see(pattern: RegExp): Promise<string> {
      for (;;) {
        const [, found] = pattern.exec(output) ?? []
        if (found !== undefined) return found
        if (child.exitCode !== null) throw new Error(`It ended without ${pattern}: ${output}`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

const STREAM_LINE = /fault proxy: (\S+)/
const PAGE_LINE = /demo: (\S+)/

describe('the program', { timeout: 20_000 }, () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('ends in order on %s', async (signal) => {
    const program = run('--port', '0', '--rate', '0')
    const stream = openWebSocket(await program.see(STREAM_LINE))
    await stream.blocks.next()
    program.child.kill(signal)
    const close = await stream.blocks.nextThat(({ type }) => type === 'sw:close')
    expect(JSON.parse(close.data)).toEqual({ reason: 'The server stops', reconnectMs: 1_000 })
    expect(await program.ended).toBe(0)
  })

  test('takes the next free port and says so', async () => {
    const other = createServer()
    const port = await listen(other)
    onTestFinished(() => void other.close())
    const program = run('--port', String(port))
    const url = await program.see(PAGE_LINE)
    expect(Number(new URL(url).port)).toBeGreaterThan(port)
    expect(program.output()).toContain(`Port ${port} is taken`)
  })

  test('says what is wrong with an option and exits with 2', async () => {
    const program = run('--retention', 'x')
    expect(await program.ended).toBe(2)
    expect(program.output()).toMatch(/--retention must be .*\nTry --help/)
  })

  test('shows its help', async () => {
    const program = run('--help')
    expect(await program.ended).toBe(0)
    expect(program.output()).toContain(HELP.trim())
  })
})
