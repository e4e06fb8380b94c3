// The table of docs/servers/README.md: what a browser test proved in front of which server, over which transport.

/**
 * @typedef {keyof typeof ROWS} Row
 * @typedef {typeof SKILLS[number]} Skill
 * @typedef {{ type: string, description?: string }} Annotation
 * @typedef {{ tests: { status: string, annotations: Annotation[] }[] }} Spec
 * @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite
 * @typedef {{ suites: Suite[] }} Report Playwright's JSON report
 */

export const SKILLS = /** @type {const} */ ([
  'receive',
  'named events',
  'resume',
  'gap known',
  'send',
  'ack',
  'binary',
])

/** Server and transport, in the table's order, and the recipe. */
export const ROWS = /** @type {const} */ ({
  'Flask, event stream | eventsource': 'flask.md',
  'Flask, WebSocket | websocket': 'flask.md',
  'Flask, all three | websocket': 'flask.md',
  'Flask, all three | eventsource': 'flask.md',
  'Flask, all three | longpoll': 'flask.md',
  'FastAPI, with a log | eventsource': 'fastapi.md',
  'FastAPI, with a log | fetchstream': 'fastapi.md',
  'FastAPI, with a token | fetchstream': 'fastapi.md',
  'FastAPI, without a log | eventsource': 'fastapi.md',
  'FastAPI, WebSocket | websocket': 'fastapi.md',
  'PHP, one id for all | eventsource': 'php.md',
  'Express | eventsource': 'node.md',
  'Hono | eventsource': 'node.md',
  'better-sse | eventsource': 'node.md',
  'ws | websocket': 'node.md',
  'Spring’s bytes | eventsource': 'streams.md',
  'ASP.NET’s bytes | eventsource': 'streams.md',
  'OpenAI’s bytes | eventsource': 'streams.md',
  'OpenAI’s bytes | fetchstream': 'streams.md',
  'nginx with Nchan | websocket': 'nchan.md',
  'nginx with Nchan | eventsource': 'nchan.md',
  'nginx with Nchan | longpoll': 'nchan.md',
  'Mercure | fetchstream': 'mercure.md',
  'Socket.IO | websocket': 'socketio.md',
  'Socket.IO | polling': 'socketio.md',
  'Flask-SocketIO | websocket': 'socketio.md',
  'Flask-SocketIO | polling': 'socketio.md',
})

const TABLE = /(<!-- table:start -->\n)[\s\S]*?(<!-- table:end -->)/

/** @param {Suite[]} suites @returns {Spec[]} */
const specsIn = (suites) =>
  suites.flatMap(({ specs = [], suites: inner = [] }) => [...specs, ...specsIn(inner)])

/** `ROW | SKILL` of all tests that passed. @param {Report} report */
function proofsIn({ suites }) {
  const passed = specsIn(suites)
    .flatMap(({ tests }) => tests)
    .filter(({ status }) => status === 'expected')
  const proofs = passed.flatMap(({ annotations }) =>
    annotations.filter(({ type }) => type === 'proves'),
  )
  return new Set(proofs.map(({ description = '' }) => description))
}

/** @param {readonly string[]} cells */
function formatRow(cells) {
  return `| ${cells.join(' | ')} |`
}

/** @param {Report} report */
export function serverTable(report) {
  const proofs = proofsIn(report)
  const places = Object.keys(ROWS).flatMap((row) => SKILLS.map((skill) => `${row} | ${skill}`))
  const lost = [...proofs].filter((proof) => !places.includes(proof))
  if (lost.length > 0) throw new Error(`The table has no row or column: ${lost.join(', ')}`)

  const rows = Object.entries(ROWS).map(([row, recipe]) => {
    const [server = '', transport = ''] = row.split(' | ')
    const marks = SKILLS.map((skill) => (proofs.has(`${row} | ${skill}`) ? '✓' : ''))
    return formatRow([`[${server}](${recipe})`, `\`${transport}\``, ...marks])
  })

  return [
    formatRow(['server', 'transport', ...SKILLS]),
    formatRow(['---', '---', ...SKILLS.map(() => ':-:')]),
    ...rows,
    '',
  ].join('\n')
}

/** The document with that table in place of its own. @param {string} document @param {string} table */
export function withTable(document, table) {
  if (!TABLE.test(document)) throw new Error('The document has no place for the table.')
  return document.replace(TABLE, `$1\n${table}\n$2`)
}
