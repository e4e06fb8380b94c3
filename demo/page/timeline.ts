/** Draws the history as lanes that move with the time, with vis-timeline. */
import { DataSet } from 'vis-data/standalone/esm/vis-data.min.js'
import {
  type TimelineOptions,
  Timeline as VisTimeline,
} from 'vis-timeline/standalone/esm/vis-timeline-graph2d.min.js'
import { byId } from './dom.ts'
import { formatClock } from './format.ts'
import type { History } from './history.ts'
import { LANES } from './lanes.ts'

interface Item {
  readonly id: number
  readonly group: string
  readonly start: number
  readonly end?: number
  readonly type: 'range' | 'point'
  readonly content: string
  readonly title: string
  readonly className: string
}

const MINUTE_MS = 60_000
/** Room at the right, as a part of the time shown, so that the marks of this moment are visible. */
const AHEAD = 0.03

const OPTIONS: TimelineOptions = {
  align: 'left',
  margin: { item: { horizontal: 0, vertical: 12 }, axis: 6 },
  moveable: false,
  zoomable: false,
  selectable: false,
  stack: false,
  showCurrentTime: false,
  showMajorLabels: false,
  orientation: { axis: 'bottom', item: 'top' },
  tooltip: { followMouse: true, overflowMethod: 'cap', delay: 100 },
  format: {
    minorLabels: { second: 'HH:mm:ss', minute: 'HH:mm' },
  },
}

function toItems({ spans, marks }: History, now: number): Item[] {
  return [
    ...spans.map(
      ({ id, lane, from, to, text }): Item => ({
        id,
        group: lane,
        start: from,
        end: to ?? now,
        type: 'range',
        content: '',
        title: text,
        className: `span lane-${lane}`,
      }),
    ),
    ...marks.map(
      ({ id, lane, at, kind, text }): Item => ({
        id,
        group: lane,
        start: at,
        type: 'point',
        content: '',
        title: `${formatClock(at)} ${text}`,
        className: `mark ${kind}`,
      }),
    ),
  ]
}

/** @returns a function that draws again, to be called at each change and at intervals. */
export function createTimeline(history: History): () => void {
  const container = byId('timeline', HTMLElement)
  const choice = byId('window', HTMLFieldSetElement)
  const items = new DataSet<Item>()
  const groups = LANES.map(({ name, title }) => ({ id: name, content: title }))
  const radios = [...choice.querySelectorAll('input')]

  function span(now: number) {
    const minutes = Number(radios.find(({ checked }) => checked)?.value)
    const shown = minutes * MINUTE_MS
    return { start: now - shown, end: now + shown * AHEAD }
  }

  const chart = new VisTimeline(container, items, groups, { ...OPTIONS, ...span(Date.now()) })

  function draw(): void {
    if (document.hidden) return

    const now = Date.now()
    const { start, end } = span(now)
    const current = toItems(history, now)
    const ids = new Set(current.map(({ id }) => id))
    items.remove(items.getIds().filter((id) => !ids.has(Number(id))))
    items.update(current)
    chart.setWindow(start, end, { animation: false })
  }

  choice.addEventListener('change', draw)
  document.addEventListener('visibilitychange', draw)
  draw()
  return draw
}
