/** What there is to say about a result, as sentences that every form of report uses. Names stand between backticks. */
import type {
  Budget,
  Count,
  FunctionResult,
  Metric,
  MetricName,
  PackageRow,
  Place,
  Result,
  Side,
  WhatIf,
} from '../results/result.ts';
import { metricOf, standingWords, tally } from '../results/standing.ts';
import {
  formatBytes,
  formatCount,
  formatMb,
  formatMs,
  formatPercent,
  formatUsd,
  interval,
  percentInterval,
  plural,
  signed,
} from './format/numbers.ts';
import { quotedName } from './format/sentence.ts';

export interface MetricWords {
  name: string;
  unit: string;
  format(value: number | null): string;
}

export const metricWords: Readonly<Record<MetricName, MetricWords>> = {
  coldCpuMs: { name: 'cold CPU', unit: 'ms', format: formatMs },
  coldMs: { name: 'cold start', unit: 'ms', format: formatMs },
  readyMs: { name: 'ready', unit: 'ms', format: formatMs },
  rssMb: { name: 'memory', unit: 'MB', format: formatMb },
};

/** `cold CPU +27.4 % (+25.1 to +29.8 %), 312 -> 398 ms`. */
export const changeSentence = ({ name, base, head, change }: Metric): string => {
  const { name: words, unit, format } = metricWords[name];
  if (change === null) return `${words} ${format(head.p50)} ${unit} (${interval(head, format)})`;
  const from = base === null ? '' : `, ${format(base.p50)} -> ${format(head.p50)} ${unit}`;
  return `${words} ${formatPercent(change.ratio.p50)} (${percentInterval(change.ratio)})${from}`;
};

/** Milliseconds of init more than at base, from the profiled runs; `null` where one side was not profiled. */
export const initDeltaMs = ({ base, head }: FunctionResult): number | null =>
  base === null || head === null ? null : head.phases.initMs - base.phases.initMs;

/** The culprits' sentences; the first one says by how much all of init changed: "init +84 ms: ...". */
export const culpritSentences = (fn: FunctionResult): string[] => {
  const delta = initDeltaMs(fn);
  return fn.culprits.map(({ sentence }, index) =>
    index === 0 && delta !== null ? `init ${signed(formatMs, delta)} ms: ${sentence}` : sentence,
  );
};

const countFormats: Readonly<Record<Count['name'], (value: number | null) => string>> = {
  modules: formatCount,
  bytes: formatBytes,
  packages: formatCount,
};

const countNames: Readonly<Record<Count['name'], string>> = { modules: 'modules', bytes: 'code', packages: 'packages' };

/** Whether a reader would see a difference. */
export const isWorthSaying = ({ name, base, head }: Count): boolean =>
  base !== null && countFormats[name](base) !== countFormats[name](head);

/** `modules 312 -> 526 (+68.6 %; allowed 343)`; what is not over is not measured by what is allowed. */
export const countSentence = ({ name, base, head, limit, isOver }: Count): string => {
  const format = countFormats[name];
  if (base === null) return `${countNames[name]} ${format(head)}`;
  if (base === head) return `${countNames[name]} ${format(head)}, as before`;
  const change = base > 0 ? formatPercent(head / base - 1) : 'new';
  const allowed = isOver ? `; allowed ${format(limit)}` : '';
  return `${countNames[name]} ${format(base)} -> ${format(head)} (${change}${allowed})`;
};

/** Of the budgets that are no milliseconds. */
const budgetFormats: Readonly<Record<string, (value: number) => string>> = {
  rssP50Mb: (mb) => `${formatMs(mb)} MB`,
  modules: formatCount,
  bytes: formatBytes,
  packages: formatCount,
};

/** A value of that budget with its unit: `398 ms`, `12 kB`. */
export const budgetText = (name: string, value: number): string =>
  (budgetFormats[name] ?? ((ms) => `${formatMs(ms)} ms`))(value);

/** `budget coldP50Ms: 398 ms of 300 ms`. */
export const budgetSentence = ({ name, limit, actual }: Budget): string =>
  `budget ${quotedName(name)}: ${budgetText(name, actual)} of ${budgetText(name, limit)}`;

/** One sentence and the next step. */
export const failureSentence = ({ failure }: FunctionResult): string => {
  if (failure === null) return 'The measurement failed for an unknown reason.';
  return `${failure.side === 'base' ? 'At base: ' : ''}${failure.message.trim()} ${failure.next.trim()}`;
};

/** `72 to 80 ms, 20 pairs`; an interval around no change shows its signs. */
const savingSpan = ({ savedMs, isSure, pairs }: WhatIf): string => {
  if (savedMs === null) return '';
  const format = isSure ? (ms: number): string => formatMs(Math.abs(ms)) : (ms: number): string => signed(formatMs, ms);
  const ends = [format(savedMs.ciLow), format(savedMs.ciHigh)];
  return `${(savedMs.p50 < 0 && isSure ? ends.toReversed() : ends).join(' to ')} ms, ${plural(pairs, 'pair')}`;
};

/** The verdict of a try in two parts: `saves 76 of 366 ms` and `72 to 80 ms, 20 pairs`. */
export const savingParts = (whatIf: WhatIf): { verdict: string; detail: string; isGood: boolean } => {
  const { savedMs, isSure, refused, beforeMs } = whatIf;
  const of = beforeMs === null ? '' : ` of ${formatMs(beforeMs)}`;
  if (savedMs === null) return { verdict: 'not tried', detail: refused ?? '', isGood: false };
  const detail = savingSpan(whatIf);
  if (!isSure) return { verdict: `no sure saving: ${signed(formatMs, savedMs.p50)} ms`, detail, isGood: false };
  return savedMs.p50 >= 0
    ? { verdict: `saves ${formatMs(savedMs.p50)}${of} ms`, detail, isGood: true }
    : { verdict: `costs ${formatMs(-savedMs.p50)} ms`, detail, isGood: false };
};

/** What trying a change showed: `saves 76 of 366 ms (72 to 80 ms, 20 pairs)`. */
export const savingSentence = (whatIf: WhatIf): string => {
  const { verdict, detail } = savingParts(whatIf);
  if (detail === '') return verdict;
  return whatIf.savedMs === null ? `${verdict}: ${detail}` : `${verdict} (${detail})`;
};

/** `$12.30 a month`; '' where there is nothing to say. */
export const moneySentence = (whatIf: WhatIf): string =>
  whatIf.savedUsdPerMonth === null || !savingParts(whatIf).isGood
    ? ''
    : `${formatUsd(whatIf.savedUsdPerMonth)} a month`;

/** The largest sure saving first, then what is not sure, then what could not be tried. */
export const bestFirst = (whatIfs: readonly WhatIf[]): WhatIf[] => {
  const rank = (whatIf: WhatIf): number => (whatIf.savedMs === null ? 2 : savingParts(whatIf).isGood ? 0 : 1);
  return whatIfs.toSorted((a, b) => rank(a) - rank(b) || (b.savedMs?.p50 ?? 0) - (a.savedMs?.p50 ?? 0));
};

/** `origin/main (1a2b3c4)`; the working tree has no ref. */
export const sideWords = ({ ref, commit }: Side): string => {
  const short = commit === null ? '' : commit.slice(0, 7);
  if (ref === null) return short === '' ? 'the working tree' : `the working tree on ${quotedName(short)}`;
  return short === '' || ref.startsWith(short) ? quotedName(ref) : `${quotedName(ref)} (${quotedName(short)})`;
};

/** The one sentence above everything: `1 of 6 functions regressed, 1 failed, 4 unchanged`; `orders starts cold in 398 ms`. */
export const headline = (result: Result): string => {
  const { functions } = result;
  const [only] = functions;
  if (only === undefined) return 'nothing was measured';
  const standings = tally(functions);
  if (standings.length === 1 && standings[0]?.standing === 'measured') return measuredHeadline(functions);
  return standings
    .map(({ standing, count }, index) => {
      if (index > 0) return `${count} ${standingWords[standing]}`;
      return functions.length === 1
        ? `${quotedName(only.name)} ${standingWords[standing]}`
        : `${count} of ${plural(functions.length, 'function')} ${standingWords[standing]}`;
    })
    .join(', ');
};

const measuredHeadline = (functions: readonly FunctionResult[]): string => {
  const times = functions.map((fn) => metricOf(fn, 'coldMs')?.head.p50).filter((ms) => ms !== undefined);
  const [low, high] = [Math.min(...times), Math.max(...times)];
  if (times.length === 0) return `${plural(functions.length, 'function')} measured`;
  if (functions.length === 1) return `${quotedName(functions[0]?.name ?? '')} starts cold in ${formatMs(high)} ms`;
  return `${plural(functions.length, 'cold start')} of ${formatMs(low)} to ${formatMs(high)} ms`;
};

/** `src/db.ts:3`. */
export const placeText = ({ file, line }: Place): string => (line === null ? file : `${file}:${line}`);

/** The first place, and how many more there are: `src/db.ts:3 +2`. */
export const placesText = (places: readonly Place[]): string => {
  const [first, ...rest] = places;
  if (first === undefined) return '';
  return rest.length === 0 ? placeText(first) : `${placeText(first)} +${rest.length}`;
};

/** Packages of others, the dearest first. */
export const foreignPackages = (packages: readonly PackageRow[]): PackageRow[] =>
  packages.filter(({ name }) => name !== '' && name !== 'node').toSorted((a, b) => b.totalMs - a.totalMs);

/** A smaller part of init is no answer to "why". */
const guiltyShare = 0.05;

/** From here on it is the number of files, and not what is in them. */
const searchShare = 0.3;

/** Which import takes most, and whether that is for what it does or for the number of its files. */
export const guiltySentence = ({ head }: FunctionResult): string | null => {
  const initMs = head?.phases.initMs ?? 0;
  const [guilty] = foreignPackages(head?.packages ?? []);
  const own = head?.packages.find(({ name }) => name === '');
  if (own && own.selfMs >= initMs * guiltyShare && own.selfMs > (guilty?.totalMs ?? 0)) {
    const [dearest] = (head?.modules ?? []).filter((row) => row.package === '').toSorted((a, b) => b.selfMs - a.selfMs);
    const where = dearest === undefined ? '' : `, ${formatMs(dearest.selfMs)} ms of it in ${quotedName(dearest.name)}`;
    return `Your own code takes ${formatMs(own.selfMs)} of ${formatMs(initMs)} ms of init by what it does at module level${where}.`;
  }
  if (guilty === undefined || initMs <= 0 || guilty.totalMs < initMs * guiltyShare) return null;
  const by = guilty.importedBy.length === 0 ? '' : `, imported by ${quotedName(placesText(guilty.importedBy))}`;
  const search =
    guilty.findMs >= guilty.totalMs * searchShare
      ? ` ${formatMs(guilty.findMs)} ms of it are spent on finding its files, which a bundle does not have to.`
      : '';
  return `${quotedName(guilty.name)} takes ${formatMs(guilty.totalMs)} of ${formatMs(initMs)} ms of init (${plural(guilty.modules, 'module')})${by}.${search}`;
};

/** The best thing that was tried, with what it saves; `null` where nothing surely saves. */
export const adviceSentence = ({ whatIfs }: FunctionResult): string | null => {
  const [best] = bestFirst(whatIfs);
  if (best === undefined || !savingParts(best).isGood) return null;
  return `${best.advice.trim().replace(/\.$/, '')}: ${savingSentence(best)}.`;
};

/** How it was measured: `40 pairs, page cache warm, 2 cores of AMD EPYC, linux 6.18, 182 s`. */
export const circumstances = (result: Result): string => {
  const { machine, settings, functions, tookSeconds } = result;
  const pairs = Math.max(0, ...functions.flatMap(({ metrics }) => metrics.map(({ change }) => change?.pairs ?? 0)));
  const starts = Math.max(0, ...functions.flatMap(({ metrics }) => metrics.map(({ head }) => head.samples)));
  return [
    ...(pairs > 0
      ? [`up to ${plural(pairs, 'pair')} of cold starts`]
      : starts > 0
        ? [plural(starts, 'cold start')]
        : []),
    `page cache ${settings.pageCache}`,
    `${plural(machine.cores, 'core')} of ${machine.cpu}`,
    machine.os,
    `${formatMs(tookSeconds)} s`,
  ].join(', ');
};

/** What a function is called where several rows are of the same one, on other Node versions or memory sizes. */
export const labelOf = (fn: FunctionResult, functions: readonly FunctionResult[]): string => {
  const same = functions.filter(({ name }) => name === fn.name);
  const differs = (of: (other: FunctionResult) => unknown): boolean => new Set(same.map(of)).size > 1;
  const node = fn.node !== null && differs((other) => other.node) ? ` on Node ${majorOf(fn.node)}` : '';
  const memory = fn.memoryMb !== null && differs((other) => other.memoryMb) ? ` at ${fn.memoryMb} MB` : '';
  return `${fn.name.trim() === '' ? '(no name)' : fn.name}${node}${memory}`;
};

const majorOf = (version: string): string => version.split('.')[0] ?? version;

/** `lambda, Node 24.21.0, 512 MB, aws-lambda-ric 4.0.2, src/orders.ts`. */
export const whereabouts = ({ platform, node, memoryMb, runtime, file }: FunctionResult): string =>
  [platform, node === null ? null : `Node ${node}`, memoryMb === null ? null : `${memoryMb} MB`, runtime, file]
    .filter((text) => text !== null && text !== '')
    .join(', ');
