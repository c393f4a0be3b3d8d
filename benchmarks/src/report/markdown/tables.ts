/** The tables of the Markdown report. */
import type { CurvePoint, FunctionResult, Result, WhatIf } from '../../results/result.ts';
import { leading, metricOf, type Standing, standingOf } from '../../results/standing.ts';
import { bestFirst, labelOf, metricWords, moneySentence, placeText, savingSentence } from '../findings.ts';
import { formatMs, formatPercent, formatUsd, interval, percentInterval } from '../format/numbers.ts';
import { code, say } from './escape.ts';

const marks: Readonly<Record<Standing, string>> = {
  failed: '🟣 failed',
  regressed: '🔴 **regressed**',
  over: '🔴 **over its limit**',
  inconclusive: '🟡 inconclusive',
  unchanged: '⚪ unchanged',
  improved: '🟢 improved',
  measured: 'measured',
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

export const comparedHead = (result: Result): string => {
  const metric = result.functions.map(leading).find((found) => found !== undefined);
  const name = metric === undefined ? 'time' : metricWords[metric.name].name;
  return (
    row(['', 'function', `${name} ms`, 'change', '95 % interval', 'cold start ms', 'modules']) +
    row(['---', '---', '---:', '---:', '---:', '---:', '---:'])
  );
};

export const comparedRow = (fn: FunctionResult, result: Result): string => {
  const name = code(labelOf(fn, result.functions));
  const metric = leading(fn);
  if (fn.state === 'failed' || metric === undefined) return row([marks[standingOf(fn)], name, '-', '-', '-', '-', '-']);
  const pair = (base: number | null | undefined, head: number | null | undefined, format = formatMs): string =>
    head === undefined || head === null
      ? '-'
      : base === null || base === undefined
        ? format(head)
        : `${format(base)} → ${format(head)}`;
  const cold = metricOf(fn, 'coldMs');
  const modules = fn.counts.find((count) => count.name === 'modules');
  return row([
    marks[standingOf(fn)],
    name,
    pair(metric.base?.p50, metric.head.p50),
    metric.change === null ? '-' : `**${formatPercent(metric.change.ratio.p50)}**`,
    metric.change === null ? '-' : percentInterval(metric.change.ratio),
    pair(cold?.base?.p50, cold?.head.p50),
    modules === undefined
      ? '-'
      : modules.base === modules.head
        ? String(modules.head)
        : pair(modules.base, modules.head, String),
  ]);
};

export const measuredHead = (): string =>
  row(['', 'function', 'cold start p50 ms', '95 % interval', 'CPU ms', 'memory MB']) +
  row(['---', '---', '---:', '---:', '---:', '---:']);

export const measuredRow = (fn: FunctionResult, result: Result): string => {
  const cold = metricOf(fn, 'coldMs');
  return row([
    marks[standingOf(fn)],
    code(labelOf(fn, result.functions)),
    formatMs(cold?.head.p50 ?? null),
    cold === undefined ? '-' : interval(cold.head),
    formatMs(metricOf(fn, 'coldCpuMs')?.head.p50 ?? null),
    formatMs(metricOf(fn, 'rssMb')?.head.p50 ?? null),
  ]);
};

export const whatIfTable = (whatIfs: readonly WhatIf[]): string =>
  [
    row(['what would help', 'measured', 'money']),
    row(['---', '---', '---:']),
    ...bestFirst(whatIfs).map((whatIf) =>
      row([
        `${say(whatIf.advice)} (${code(`--try ${whatIf.change}`)})`,
        say(savingSentence(whatIf)),
        moneySentence(whatIf) || '-',
      ]),
    ),
  ].join('');

export const curveTable = (curve: readonly CurvePoint[]): string =>
  [
    row(['memory MB', 'cold start p50 ms', '95 % interval', 'a million cold starts']),
    row(['---:', '---:', '---:', '---:']),
    ...curve.map(({ memoryMb, cold, usdPerMillion }) =>
      row([String(memoryMb), formatMs(cold.p50), interval(cold), formatUsd(usdPerMillion)]),
    ),
    curve.every(({ cpuLimited }) => cpuLimited)
      ? ''
      : '\nThis machine could not limit CPU: times do not follow memory here.\n',
  ].join('');

export const packageTable = (fn: FunctionResult): string => {
  const packages = (fn.head?.packages ?? []).filter(({ name }) => name !== '').slice(0, 10);
  if (packages.length === 0) return '';
  return [
    row(['package, with all it loads', 'ms', 'modules', 'imported by']),
    row(['---', '---:', '---:', '---']),
    ...packages.map(({ name, version, totalMs, modules, importedBy }) => {
      const [first] = importedBy;
      const place = first === undefined ? '-' : code(placeText(first));
      return row([code(`${name} ${version}`.trim()), formatMs(totalMs), String(modules), place]);
    }),
  ].join('');
};
