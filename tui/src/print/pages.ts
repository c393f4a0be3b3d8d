/** The pages that can be printed, each from the columns of its screen. */
import type {
  BenchRun,
  BenchRuns,
  ColdStart,
  Health,
  InvocationPage,
  InvocationSpan,
  LiveInvocation,
  LiveInvocations,
  ModuleTree,
} from '@coldlens/collector';
import { paneText } from '../app/panes.ts';
import { cleanerFor } from '../format/glyphs.ts';
import { formatMs } from '../format/numbers.ts';
import { benchmarkColumns } from '../screens/benchmarks/screen.ts';
import { coldStartColumns, untoldStarts } from '../screens/function/cold-starts.ts';
import { functionPanes } from '../screens/function/panes.ts';
import type { FunctionView } from '../screens/function/view.ts';
import { type HealthRow, healthParts } from '../screens/health/panes.ts';
import { factLines } from '../screens/invocation/facts.ts';
import { spanTree } from '../screens/invocation/tree.ts';
import { waterfallHeader, waterfallRow, waterfallScale } from '../screens/invocation/waterfall.ts';
import { liveColumns } from '../screens/live/screen.ts';
import { type ModuleRow, moduleRows } from '../screens/modules/rows.ts';
import { moduleColumns } from '../screens/modules/tables.ts';
import { nothingLoaded } from '../screens/modules/written.ts';
import { type CsvField, csvRows } from './fields.ts';
import type { PrintedPage } from './page.ts';

const printedFunction: PrintedPage<FunctionView, ColdStart> = {
  rows: ({ recentColdStarts }) => recentColdStarts,
  columns: coldStartColumns,
  fields: [
    ['at', ({ at }) => at],
    ['invocationId', ({ invocationId }) => invocationId],
    ['traceId', ({ traceId }) => traceId],
    ['kind', ({ kind }) => kind],
    ['startCertainty', ({ startCertainty }) => startCertainty],
    ['version', ({ version }) => version],
    ['memoryMb', ({ memoryMb }) => memoryMb],
    ['latencyMs', ({ latencyMs }) => latencyMs],
    ['reportedInitMs', ({ reportedInitMs }) => reportedInitMs],
    ['runtimeStartMs', ({ runtimeStartMs }) => runtimeStartMs],
    ['initMs', ({ initMs }) => initMs],
    ['executionMs', ({ executionMs }) => executionMs],
    ['restoreMs', ({ restoreMs }) => restoreMs],
  ],
  title: ({ name, provider, region, account, version, runtime }) => [
    ...[name || '(no name)', provider, region, account, runtime],
    ...(version === '' ? [] : [`version ${version}`]),
  ],
  head: (page, look) => [
    ...paneText(
      functionPanes(look, page).filter(({ id }) => id !== 'cold starts'),
      look,
    ),
    [{ text: 'Latest cold starts' }],
  ],
  none: ({ coldStarts }) => (coldStarts === null ? untoldStarts : 'no cold start in this window'),
};

const printedInvocation: PrintedPage<InvocationPage, InvocationSpan> = {
  rows: ({ spans }) => spans,
  columns: ({ glyphs }) => [
    { header: 'span', align: 'left', priority: 0, text: ({ name }) => cleanerFor(glyphs)(name) },
    { header: 'phase', align: 'left', priority: 2, text: ({ phase }) => cleanerFor(glyphs)(phase) },
    { header: 'from ms', align: 'right', priority: 1, text: ({ startMs }) => startMs.toFixed(2) },
    { header: 'ms', align: 'right', priority: 1, text: ({ durationMs }) => formatMs(durationMs) },
    {
      header: 'self ms',
      align: 'right',
      priority: 3,
      text: ({ module }) => (module === null ? '' : formatMs(module.selfMs)),
    },
    {
      header: 'with imports ms',
      align: 'right',
      priority: 3,
      text: ({ module }) => (module === null ? '' : formatMs(module.totalMs)),
    },
    { header: 'failed', align: 'left', priority: 3, text: ({ isError }) => (isError ? 'failed' : '') },
  ],
  fields: [
    ['spanId', ({ spanId }) => spanId],
    ['parentSpanId', ({ parentSpanId }) => parentSpanId],
    ['name', ({ name }) => name],
    ['phase', ({ phase }) => phase],
    ['startMs', ({ startMs }) => startMs],
    ['durationMs', ({ durationMs }) => durationMs],
    ['isError', ({ isError }) => isError],
    ['selfMs', ({ module }) => module?.selfMs ?? null],
    ['totalMs', ({ module }) => module?.totalMs ?? null],
  ],
  title: ({ name, provider, region, account, invocationId }) => [
    ...[name || '(no name)', provider, region, account],
    `invocation ${invocationId}`,
  ],
  head: (page, { columns, glyphs }) => factLines(page, columns, glyphs),
  body({ spans }, { columns, glyphs }) {
    const tree = spanTree(spans);
    const scale = waterfallScale(tree, columns);
    return [waterfallHeader(scale), ...tree.map((span) => waterfallRow(span, false, scale, glyphs))];
  },
  none: () => 'no spans: they are kept for days, and platform logs have none',
};

/** All of them, as the tree that they are. */
const everyModule = { view: 'flame', filter: '', toggled: new Set<string>() } as const;

const printedModules: PrintedPage<ModuleTree, ModuleRow> = {
  rows: (tree) => moduleRows(tree, everyModule),
  columns: ({ glyphs }) => moduleColumns(glyphs, false),
  fields: [
    ['name', ({ node }) => node.name],
    ['package', ({ node }) => node.package],
    ['packageVersion', ({ node }) => node.packageVersion],
    ['depth', ({ node }) => node.depth],
    ['totalMs', ({ node }) => node.totalMs],
    ['selfMs', ({ node }) => node.selfMs],
    ['share', ({ node }) => node.share],
    ['bytes', ({ node }) => node.bytes],
    ['modules', ({ node }) => node.modules],
    ['observed', ({ node }) => node.observed],
    ['isUnused', ({ node }) => node.isUnused],
    ['importedBy', ({ node }) => node.importedBy],
    ['usdPerMonth', ({ node }) => node.usdPerMonth],
  ],
  none: nothingLoaded,
};

const printedLive: PrintedPage<LiveInvocations, LiveInvocation> = {
  rows: ({ invocations }) => invocations,
  columns: liveColumns,
  fields: [
    ['arrivedAt', ({ arrivedAt }) => arrivedAt],
    ['at', ({ at }) => at],
    ['provider', ({ provider }) => provider],
    ['account', ({ account }) => account],
    ['region', ({ region }) => region],
    ['name', ({ name }) => name],
    ['invocationId', ({ invocationId }) => invocationId],
    ['startKind', ({ startKind }) => startKind],
    ['startCertainty', ({ startCertainty }) => startCertainty],
    ['isCold', ({ isCold }) => isCold],
    ['isError', ({ isError }) => isError],
    ['latencyMs', ({ latencyMs }) => latencyMs],
    ['readyMs', ({ readyMs }) => readyMs],
    ['executionMs', ({ executionMs }) => executionMs],
    ['version', ({ version }) => version],
    ['instanceId', ({ instanceId }) => instanceId],
    ['memoryMb', ({ memoryMb }) => memoryMb],
  ],
  none: () => 'nothing has arrived in the last minutes',
};

const printedBenchmarks: PrintedPage<BenchRuns, BenchRun> = {
  rows: ({ runs }) => runs,
  columns: benchmarkColumns,
  fields: [
    ['runId', ({ runId }) => runId],
    ['at', ({ at }) => at],
    ['functionName', ({ functionName }) => functionName],
    ['platform', ({ platform }) => platform],
    ['runtime', ({ runtime }) => runtime],
    ['memoryMb', ({ memoryMb }) => memoryMb],
    ['pageCache', ({ pageCache }) => pageCache],
    ['fingerprint', ({ fingerprint }) => fingerprint],
    ['verdict', ({ verdict }) => verdict],
    ['baseCommit', ({ base }) => base?.commit ?? null],
    ['baseColdP50Ms', ({ base }) => base?.coldP50Ms ?? null],
    ['headCommit', ({ head }) => head?.commit ?? null],
    ['headColdP50Ms', ({ head }) => head?.coldP50Ms ?? null],
    ['changeMs', ({ changeMs }) => changeMs],
    ['changeRatio', ({ changeRatio }) => changeRatio],
  ],
  none: () => 'no benchmark was stored in this window',
};

interface ToldHealth extends HealthRow {
  part: string;
}

type Figure = readonly [field: string, value: string | number | boolean | null];

/** All that is told, by its path in the JSON, whose names say the units. What a list tells is found by its name. */
function figuresOf(value: unknown, path: string): Figure[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: { name?: string; path?: string }, index) =>
      figuresOf(each, `${path}.${each.name ?? each.path ?? index}`),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, each]) => figuresOf(each, path === '' ? name : `${path}.${name}`));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? [[path, value]]
    : [[path, null]];
}

const figureFields: readonly CsvField<Figure>[] = [
  ['field', ([field]) => field],
  ['value', ([, value]) => value],
];

const printedHealth: PrintedPage<Health, ToldHealth> = {
  rows: (health) =>
    healthParts(health, Date.parse(health.at)).flatMap(({ id, rows }) => rows().map((row) => ({ part: id, ...row }))),
  columns: ({ glyphs }) => {
    const cleaned = cleanerFor(glyphs);
    return [
      { header: 'part', align: 'left', priority: 0, text: ({ part }) => part },
      { header: 'what', align: 'left', priority: 0, text: ({ name }) => cleaned(name) },
      { header: '', align: 'left', priority: 1, text: ({ isBad }) => (isBad === true ? glyphs.alert : '') },
      { header: 'figure', align: 'left', priority: 0, text: ({ text }) => cleaned(text) },
    ];
  },
  csv: (health) => csvRows(figureFields, figuresOf(health, '')),
  none: () => 'nothing is known',
};

/** By the screen that shows the same. */
export const printedPages = {
  function: printedFunction,
  invocation: printedInvocation,
  modules: printedModules,
  live: printedLive,
  benchmarks: printedBenchmarks,
  health: printedHealth,
} as const;
export type PrintedId = keyof typeof printedPages;

/** What a page is printed of. */
export type AnswerOf<Id extends PrintedId> = Parameters<(typeof printedPages)[Id]['rows']>[0];

export const isPrinted = (id: string): id is PrintedId => Object.hasOwn(printedPages, id);
