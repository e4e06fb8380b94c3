/** What to do about each error: texts of the development build. docs/errors.md says more under the same names. */
import type { ErrorCode } from './errors.ts'

export const remedies: Readonly<Record<ErrorCode, string>> = {
  aborted: 'Its signal was aborted before it was sent: nothing to do',
  'bad-call': 'Look at the types of the call',
  'bad-event': 'Give a type of one line that does not begin with sw:',
  'bad-option': 'Look at the table of options in README.md',
  'bad-url': 'Give an http(s) or ws(s) URL, or one relative to the page',
  closed: 'Connect a new wire; its cause says why this one ended',
  codec: 'Send other data, or pass the codec that the server speaks',
  failed: 'Look at cause and attempts, then at the URL and the server',
  'outcome-unknown': 'Look whether it was processed before you send it again',
  protocol: 'Look at the server: the stream depends on this',
  'queue-full': 'Wait for the event drain',
  refused: 'Look at refusal or cause: the server does not want this message',
  timeout: 'Send it again, or tell the user',
  'too-large': 'Send less, or raise the cap on the side that has it',
  unauthorized: 'Let the user log in, then connect anew',
  unreachable: 'The wire tries again; connection.attempts says what was tried',
  unsupported: 'Give URLs for transports that this browser has',
  'upstream-unreachable':
    'Messages wait and are posted again; look at the server and its CORS answers',
  url: 'Look at your url function: cause is what it threw',
}
