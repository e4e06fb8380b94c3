/** What a test has proven of a server, for the table in docs/servers/README.md: it counts when the test passes. */
import { test } from '@playwright/test'
import type { Row, Skill } from '../../scripts/lib/server-table.mjs'

/** To be called at the end of a test, with what its assertions have shown. */
export function proves(row: Row, ...skills: readonly Skill[]): void {
  for (const skill of skills)
    test.info().annotations.push({ type: 'proves', description: `${row} | ${skill}` })
}
