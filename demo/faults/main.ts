/** The fault proxy on the command line: `node --import tsx demo/faults/main.ts --target 8080`. */
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createFaultProxy, type FaultProxy, faultPresets, parseFaultState } from './index.ts'

const HELP = `Stands in front of a server and does to its traffic what bad networks do.

  node --import tsx demo/faults/main.ts --target 8080 [--port 9090]

  --target PORT   the server's port on 127.0.0.1
  --port PORT     the port to listen on; 0, the default, takes a free one
  --help          this text

Then type one of these, each on a line of its own:

  cut             reset every connection now
  {"post":"reject","rejectStatus":413}
                  change some fields of the state
${faultPresets.map(({ name, label }) => `  ${name.padEnd(24)}${label}`).join('\n')}
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: 'string' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)

  const targetPort = portFrom('--target', values.target, 1)
  const proxy = await createFaultProxy({ targetPort, port: portFrom('--port', values.port, 0) })
  console.log(`${proxy.url} -> http://127.0.0.1:${targetPort}`)
  proxy.onRequest(({ kind, method, path, mode }) => {
    console.log(`${method} ${path} (${kind}): ${mode}`)
  })

  for await (const line of createInterface({ input: process.stdin })) {
    console.log(obey(proxy, line.trim()))
  }
}

function portFrom(option: string, text: string | undefined, min: number): number {
  const port = Number(text)
  if (text !== undefined && /^\d+$/.test(text) && port >= min && port <= 65_535) return port
  throw new RangeError(`${option} must be a port from ${min} to 65535. See --help.`)
}

function obey(proxy: FaultProxy, line: string): string {
  if (line === 'cut') {
    proxy.cut()
    return 'cut'
  }

  const preset = faultPresets.find(({ name }) => name === line)
  try {
    proxy.set(preset?.state ?? parseFaultState(JSON.parse(line)))
  } catch (error) {
    const problem =
      error instanceof TypeError ? error.message : `"${line.slice(0, 60)}" is no command.`
    return `${problem} See --help.`
  }

  if (preset?.cut) proxy.cut(preset.cut)
  return preset?.label ?? JSON.stringify(proxy.state)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
