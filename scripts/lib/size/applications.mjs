// The applications whose size has a gate, and one for each part of `core`, to weigh what that part adds.

/**
 * @typedef {object} Application
 * @property {string} name what README's marker calls it
 * @property {string} title
 * @property {number} gateBytes the most that it may weigh, minified by terser and gzipped
 * @property {number} aimBytes what it is to come down to
 * @property {string} code
 *
 * @typedef {object} CoreApplication
 * @property {string[]} transports
 * @property {string} [protocol]
 * @property {string[]} [parts] options that are values of the same name, exported by core.ts
 * @property {string} [codec] such as `binary({ encode, decode })`
 * @property {string} [formats] what comes from `steadywire/codecs`
 * @property {string} [use] code that uses the wire
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} code an application with the part
 * @property {string} without the same application without it
 */

const RECEIVES = `wire.on('price', console.log)`
export const SENDS = `${RECEIVES}
wire.send('chat', { text: 'hello' })`

/** @param {string} expression such as `plain({ polling })` */
function namesIn(expression) {
  return expression.match(/\w+/g) ?? []
}

/** The smallest application of these parts, with one line of imports. @param {CoreApplication} application */
export function coreApplication(application) {
  const { transports, protocol, parts = [], codec = 'json', formats, use = RECEIVES } = application
  const names = ['connect', 'json', ...transports, ...namesIn(protocol ?? ''), ...parts]
  const options = [
    `transports: [${transports.join(', ')}]`,
    `protocol: ${protocol}`,
    `codec: ${codec}`,
    ...parts,
  ]
  const more = formats ? `import { ${formats} } from './src/formats/index.ts'\n` : ''
  return `${more}import { ${names.join(', ')} } from './src/core.ts'
const wire = connect('/live', { ${options.join(', ')} })
${use}`
}

/** @type {CoreApplication} */
export const RECEIVING = { transports: ['websocket'], protocol: 'plain()' }

// Each gate is what is reached now: it falls with the next saving. The aim is what the client should weigh.
/** @type {Application} */
export const WHOLE = {
  name: 'whole',
  title: 'connect, on and send, with every default',
  gateBytes: 12_500,
  aimBytes: 8600,
  code: `import { connect } from './src/index.ts'
const wire = connect('/live')
${SENDS}`,
}

/** @type {readonly Application[]} */
export const APPLICATIONS = [
  WHOLE,
  {
    name: 'core',
    title: 'core with WebSocket, the Steadywire protocol and sends',
    gateBytes: 10_690,
    aimBytes: 7300,
    code: coreApplication({
      transports: ['websocket'],
      protocol: 'steadywire',
      parts: ['outbox'],
      use: SENDS,
    }),
  },
  {
    name: 'receive',
    title: 'core with WebSocket and plain(), receiving only',
    gateBytes: 7690,
    aimBytes: 5500,
    code: coreApplication(RECEIVING),
  },
]

/** @param {string} name @param {CoreApplication} application @param {CoreApplication} without @returns {Part} */
function partOf(name, application, without) {
  return { name, code: coreApplication(application), without: coreApplication(without) }
}

/** What it adds to the application `receive`. @param {string} name @param {Partial<CoreApplication>} [more] */
function addedPart(name, more = {}) {
  return partOf(name, { ...RECEIVING, parts: [name], ...more }, RECEIVING)
}

/** Its price in place of the transport of `receive`. @param {string} name @param {string} [protocol] */
function transportPart(name, protocol = 'plain()') {
  const transports = { ...RECEIVING, transports: [name], protocol }
  return partOf(name, transports, { ...RECEIVING, transports: [] })
}

/** A transport that is an entry of its own: the same, with what it needs of `core`. @param {string} name @param {string} file */
function entryPart(name, file) {
  const without = { ...RECEIVING, transports: [], protocol: 'plain({ polling })' }
  const code = coreApplication(without).replace('transports: []', `transports: [${name}()]`)
  return {
    name,
    code: `import { ${name} } from './src/${file}'\n${code}`,
    without: coreApplication(without),
  }
}

/** Its price in place of the protocol of `receive`. @param {string} protocol */
function protocolPart(protocol) {
  return partOf(
    namesIn(protocol).join(),
    { ...RECEIVING, protocol },
    { transports: RECEIVING.transports },
  )
}

/** The price of the whole `plain` in place of the small one. @type {Part} */
const WHOLE_PLAIN = {
  name: 'steadywire/plain',
  code: coreApplication(RECEIVING)
    .replace(', plain }', ' }')
    .replace(/^/, `import { plain } from './src/plain.ts'\n`),
  without: coreApplication(RECEIVING),
}

/** Its price in place of `json`. @param {string} name @param {string} codec */
function codecPart(name, codec) {
  return partOf(name, { ...RECEIVING, codec, formats: name }, RECEIVING)
}

/** @type {readonly Part[]} */
export const PARTS = [
  addedPart('outbox', { use: SENDS }),
  addedPart('negotiation'),
  addedPart('winnerMemory'),
  addedPart('pageLifecycle'),
  addedPart('slicing'),
  transportPart('websocket'),
  transportPart('eventsource'),
  transportPart('longpoll', 'plain({ polling })'),
  entryPart('fetchstream', 'transports/fetchstream.ts'),
  ...['plain()', 'steadywire'].map(protocolPart),
  WHOLE_PLAIN,
  codecPart('bytes', 'bytes'),
  codecPart('byType', 'byType({}, json)'),
  codecPart('protobuf', 'protobuf({ encode: Object, decode: Object })'),
  codecPart('xml', 'xml'),
  codecPart('withSchemas', 'withSchemas(json, {})'),
]
