/** Pictures of figures as SVG that is part of the page: the samples of both sides, and the interval of a change. */
import type { FunctionResult, Metric } from '../../results/result.ts';
import { leading } from '../../results/standing.ts';
import { quantile } from '../../statistics.ts';
import { formatMs, formatPercent, interval, percentInterval } from '../format/numbers.ts';
import { html, type Markup } from './markup.ts';

const plotWidth = 640;
const left = 52;
const right = 84;
const rowHeight = 46;

/** Round numbers, about `count` of them, that cover the range. */
export const ticks = (low: number, high: number, count = 5): number[] => {
  const span = Math.max(high - low, 1e-9);
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, index) => first + index * step);
};

interface Strip {
  side: 'base' | 'head';
  values: number[];
}

/** The same dot is at the same height in every report: a picture that does not change is no news. */
const jitter = (index: number): number => (((index * 7919) % 17) / 16 - 0.5) * 18;

const stripRow = ({ side, values }: Strip, row: number, x: (value: number) => number): Markup => {
  const middle = row * rowHeight + rowHeight / 2 + 4;
  const [q1, p50, q3] = [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)];
  return html`<g class="${side}"><text x="0" y="${middle + 4}">${side}</text>
<rect class="box" x="${x(q1)}" y="${middle - 14}" width="${Math.max(1, x(q3) - x(q1))}" height="28" rx="3"/>
${values.map((value, index) => html`<circle cx="${x(value)}" cy="${(middle + jitter(index)).toFixed(1)}" r="2.4"/>`)}
<line class="median" x1="${x(p50)}" x2="${x(p50)}" y1="${middle - 16}" y2="${middle + 16}"/>
<text class="value" x="${plotWidth}" y="${middle + 4}" text-anchor="end">${formatMs(p50)} ms</text></g>`;
};

/** Every sample as a dot, the middle half as a box, the median as a line. */
const stripPlot = (title: string, strips: readonly Strip[]): Markup | null => {
  const shown = strips.filter(({ values }) => values.length > 0);
  const all = shown.flatMap(({ values }) => values);
  if (all.length === 0) return null;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const pad = Math.max((high - low) * 0.04, high * 0.002, 0.01);
  const [from, to] = [low - pad, high + pad];
  const x = (value: number): number =>
    Math.round((left + ((value - from) / (to - from)) * (plotWidth - left - right)) * 10) / 10;
  const height = shown.length * rowHeight + 26;
  const summary = shown
    .map(
      ({ side, values }) =>
        `${side}: ${values.length} samples, median ${formatMs(quantile(values, 0.5))} ms, ${formatMs(Math.min(...values))} to ${formatMs(Math.max(...values))} ms`,
    )
    .join('; ');
  return html`<figure class="plot"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${plotWidth} ${height}" role="img" aria-label="${`${title}. ${summary}`}">
<g class="axis">${ticks(from, to).map(
    (value) =>
      html`<line x1="${x(value)}" x2="${x(value)}" y1="4" y2="${height - 20}"/><text x="${x(value)}" y="${height - 5}" text-anchor="middle">${formatMs(value)}</text>`,
  )}</g>
${shown.map((strip, row) => stripRow(strip, row, x))}
</svg></figure>`;
};

/** Distributions of the cold start and of its CPU time, where they were sampled. */
export const distributions = ({ samples }: FunctionResult): Markup => {
  const strips = (of: (sample: FunctionResult['samples']['head'][number]) => number | null): Strip[] =>
    (['base', 'head'] as const).map((side) => ({
      side,
      values: samples[side].map(of).filter((value) => value !== null),
    }));
  const plots = [
    stripPlot(
      'Cold start, ms from the spawn to the response',
      strips(({ coldMs }) => coldMs),
    ),
    stripPlot(
      'CPU time of a cold start, ms',
      strips(({ cpuMs }) => cpuMs),
    ),
  ].filter((plot) => plot !== null);
  return plots.length === 0 ? html`` : html`<div class="plots">${plots}</div>`;
};

const intervalWidth = 190;

/** The largest change that an overview has to show; anything beyond is cut with an arrow. */
export const changeRange = (functions: readonly FunctionResult[]): number => {
  const ends = functions.flatMap((fn) => {
    const ratio = leading(fn)?.change?.ratio;
    return ratio === undefined ? [] : [Math.abs(ratio.ciLow), Math.abs(ratio.ciHigh)];
  });
  return Math.min(1, Math.max(0.1, ...ends) * 1.1);
};

/** The interval of a change around the line of no change. */
export const intervalPlot = (metric: Metric, range: number): Markup => {
  if (metric.change === null) return html``;
  const { ratio } = metric.change;
  const x = (value: number): number =>
    Math.round((intervalWidth / 2) * (1 + Math.max(-1, Math.min(1, value / range))) * 10) / 10;
  return html`<svg class="interval" viewBox="0 0 ${intervalWidth} 20" width="${intervalWidth}" height="20" role="img" aria-label="${`${formatPercent(ratio.p50)}, 95 % interval ${percentInterval(ratio)}`}">
<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="20"/>
<line class="span" x1="${x(ratio.ciLow)}" x2="${x(ratio.ciHigh)}" y1="10" y2="10"/>
<line class="span" x1="${x(ratio.ciLow)}" x2="${x(ratio.ciLow)}" y1="6" y2="14"/>
<line class="span" x1="${x(ratio.ciHigh)}" x2="${x(ratio.ciHigh)}" y1="6" y2="14"/>
<circle cx="${x(ratio.p50)}" cy="10" r="4"/></svg>`;
};

/** Memory against cold start, as bars with their intervals in words. */
export const curvePlot = ({ curve }: FunctionResult): Markup => {
  if (curve.length < 2) return html``;
  const slowest = Math.max(...curve.map(({ cold }) => cold.ciHigh));
  const height = curve.length * 24;
  const width = (ms: number): number => Math.round((ms / slowest) * (plotWidth - 220) * 10) / 10;
  return html`<figure class="plot"><svg viewBox="0 0 ${plotWidth} ${height}" role="img" aria-label="Cold start by memory">
${curve.map(
  ({ memoryMb, cold }, row) =>
    html`<g class="head"><text x="62" y="${row * 24 + 16}" text-anchor="end">${memoryMb} MB</text><rect class="bar" x="72" y="${row * 24 + 4}" width="${width(cold.p50)}" height="16" rx="3"/><text class="value" x="${80 + width(cold.p50)}" y="${row * 24 + 16}">${formatMs(cold.p50)} ms (${interval(cold)})</text></g>`,
)}</svg></figure>`;
};
