/** The demo in this process for one test, ended with it. */

import { onTestFinished } from 'vitest'
import { type Demo, type DemoOptions, startDemo } from '../../index.ts'
import { type Answer, ask } from './streams.ts'

/** Its ticker is paused. */
export async function startRunningDemo(options: DemoOptions = {}): Promise<Demo> {
  const demo = await startDemo({ ratePerSecond: 0, graceMs: 100, ...options })
  onTestFinished(() => demo.close())
  return demo
}

export function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}
