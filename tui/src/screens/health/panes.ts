/** The parts of the health page: a name and a figure a line. */
import type { CollectorHealth, Delays, Health, StoreHealth } from '@coldlens/collector';
import type { Pane } from '../../app/panes.ts';
import { cells, toWidth } from '../../format/clean.ts';
import { cleanerFor } from '../../format/glyphs.ts';
import { formatAge, formatBytes, formatCount, formatMsUnit, formatShare, notObservable } from '../../format/numbers.ts';
import type { Line } from '../../format/segments.ts';
import type { HealthFacts } from './screen.ts';

/** `isBad` also carries a mark, for not everyone sees red. */
export interface HealthRow {
  name: string;
  text: string;
  isBad?: boolean;
}

export interface HealthPart {
  id: string;
  title: string;
  rows(): HealthRow[];
}

const delays = ({ count, p50Ms, p99Ms }: Delays): string =>
  count === 0 ? notObservable : `p50 ${formatMsUnit(p50Ms)}  p99 ${formatMsUnit(p99Ms)}  of ${formatCount(count)}`;

const counts = (list: readonly { name: string; count: number }[]): HealthRow[] =>
  list.map(({ name, count }) => ({ name: `  ${name}`, text: formatCount(count) }));

const collectorPart = (of: CollectorHealth): HealthPart => ({
  id: 'collector',
  title: 'Collector',
  rows: () => [
    { name: 'ready', text: of.isReady ? 'yes' : (of.error ?? 'no'), isBad: !of.isReady },
    ...(of.next === null ? [] : [{ name: '  next', text: of.next }]),
    { name: 'version', text: `${of.version}, Node ${of.node}` },
    { name: 'up for', text: formatAge(of.uptimeMs) },
    { name: 'memory', text: formatBytes(of.rssBytes) },
    { name: 'CPU', text: of.uptimeMs > 0 ? `${formatShare(of.cpuMs / of.uptimeMs)} of a core` : notObservable },
    {
      name: 'functions',
      text: `${formatCount(of.functions)} of ${formatCount(of.functionsLimit)}`,
      isBad: of.functions >= of.functionsLimit,
    },
    {
      name: 'decoders',
      text: `${of.decodeThreads}, ${formatCount(of.decodeWaiting)} waiting`,
      isBad: of.decodeLost > 0,
    },
    ...(of.decodeLost > 0 ? [{ name: '  died', text: formatCount(of.decodeLost), isBad: true }] : []),
    { name: 'requests', text: delays(of.requests) },
    { name: 'event loop', text: delays(of.eventLoop) },
  ],
});

const bufferPart = ({ buffer: of, inserts }: CollectorHealth): HealthPart => ({
  id: 'buffer',
  title: 'Buffer',
  rows: () => [
    { name: 'waiting', text: `${formatCount(of.batches)}, ${formatBytes(of.bytes)} of ${formatBytes(of.limitBytes)}` },
    { name: 'oldest', text: of.oldestMs === null ? 'nothing waits' : formatAge(of.oldestMs) },
    { name: 'queued', text: formatBytes(of.queuedBytes) },
    { name: 'inserted', text: `${formatCount(of.insertedRows)} rows in ${formatCount(of.insertedBatches)} batches` },
    { name: 'inserts', text: delays(inserts) },
    { name: 'retries', text: formatCount(of.retries), isBad: of.isFailing },
    ...(of.lastFailure === null
      ? []
      : [
          {
            name: 'last failure',
            text: `${of.lastFailure.at.slice(0, 19)} ${of.lastFailure.message}`,
            isBad: of.isFailing,
          },
        ]),
    { name: 'set aside', text: formatCount(of.setAside), isBad: of.setAside > 0 },
    { name: 'damaged', text: formatCount(of.damaged), isBad: of.damaged > 0 },
  ],
});

const receivedPart = ({ received: of }: CollectorHealth): HealthPart => ({
  id: 'received',
  title: 'Received since it began',
  rows: () => [
    { name: 'requests', text: formatCount(of.requests) },
    { name: 'spans', text: `${formatCount(of.acknowledgedSpans)} of ${formatCount(of.spans)} acknowledged` },
    { name: 'rejected spans', text: formatCount(of.rejectedSpans), isBad: of.rejectedSpans > 0 },
    { name: 'told twice', text: formatCount(of.deduplicatedRequests) },
    { name: 'refused connections', text: formatCount(of.refusedConnections), isBad: of.refusedConnections > 0 },
    ...(of.rejectedRequests.length === 0 ? [] : [{ name: 'rejected requests', text: '' }]),
    ...counts(of.rejectedRequests),
    ...of.platforms.flatMap(({ path, records, unknown }): HealthRow[] => [
      { name: path, text: `${formatCount(records)} records` },
      ...counts(unknown),
    ]),
  ],
});

const sealingPart = ({ sealing: of }: CollectorHealth, nowMs: number): HealthPart => ({
  id: 'sealing',
  title: 'Sealing',
  rows: () => [
    {
      name: 'last',
      text: of.lastSuccessAt === null ? 'none yet' : `${formatAge(nowMs - Date.parse(of.lastSuccessAt))} ago`,
    },
    { name: 'took', text: formatMsUnit(of.lastDurationMs) },
    { name: 'failures', text: formatCount(of.failures), isBad: of.isFailing },
  ],
});

const storePart = (of: StoreHealth, nowMs: number): HealthPart => ({
  id: 'store',
  title: 'Store',
  rows: () => [
    { name: 'ClickHouse', text: `${of.description} ${of.version}` },
    { name: 'answered in', text: formatMsUnit(of.answerMs), isBad: of.answerMs === null },
    ...(of.error === null ? [] : [{ name: 'error', text: of.error, isBad: true }]),
    ...(of.next === null ? [] : [{ name: '  next', text: of.next }]),
    {
      name: 'latest arrival',
      text:
        of.latestArrivalAt === null ? 'none within a day' : `${formatAge(nowMs - Date.parse(of.latestArrivalAt))} ago`,
    },
    ...(of.tables ?? []).map(({ name, rows, bytes }) => ({
      name: `  ${name}`,
      text: `${formatCount(rows)} rows, ${formatBytes(bytes)}`,
    })),
  ],
});

/** In the order on the page. */
export const healthParts = ({ collector, store }: Health, nowMs: number): HealthPart[] => [
  ...(collector === null ? [] : [collectorPart(collector), bufferPart(collector)]),
  storePart(store, nowMs),
  ...(collector === null ? [] : [sealingPart(collector, nowMs), receivedPart(collector)]),
];

export const paneIds = (health: Health): readonly string[] => healthParts(health, 0).map(({ id }) => id);

const widestName = 24;

export function healthPanes(health: Health, { glyphs, nowMs }: Pick<HealthFacts, 'glyphs' | 'nowMs'>): Pane[] {
  const cleaned = cleanerFor(glyphs);
  return healthParts(health, nowMs).map(({ id, title, rows }): Pane => {
    const told = rows().map((row) => ({ ...row, name: cleaned(row.name), text: cleaned(row.text) }));
    const nameCells = Math.min(widestName, Math.max(...told.map(({ name }) => cells(name)))) + 2;
    return {
      id,
      title,
      least: told.length,
      wants: told.length,
      lines: () => [
        ...told.map(
          ({ name, text, isBad }): Line => [
            { text: toWidth(name, nameCells, 'left', glyphs.ellipsis), dim: true },
            ...(isBad === true ? [{ text: `${glyphs.alert} ${text}`, color: 'red' as const, bold: true }] : [{ text }]),
          ],
        ),
      ],
    };
  });
}
