/** How long cold starts took over the window, and when something else began to serve the function. */
import type { Deployment, DeploymentChange, FunctionPage } from '@coldlens/collector';
import type { Pane } from '../../app/panes.ts';
import { axisCells, axisLine, chartLines, columnWidth, fitted } from '../../format/chart.ts';
import { cleanerFor, type Glyphs } from '../../format/glyphs.ts';
import { formatMs } from '../../format/numbers.ts';
import { joinedWithin, type Line } from '../../format/segments.ts';
import { noneLine } from './cold-starts.ts';
import type { PaneFacts } from './panes.ts';

interface Step {
  atMs: number;
  p99Ms: number | null;
}

const dayMs = 86_400_000;
const mostSteps = 1000;

/** The rows of the chart; that of the marks, the axis and the deployments come on top. */
const wantedChart = 7;
const leastChart = 2;
const mostDeployments = 3;

export function trendPane({ glyphs }: PaneFacts, page: FunctionPage): Omit<Pane, 'id'> {
  const { deployments } = page;
  const told = Math.min(mostDeployments, deployments.length);
  return {
    title: 'Cold p99 over time, ms',
    least: 4,
    wants: wantedChart + 1 + (told > 0 ? told + 1 : 0),
    lines(columns, rows) {
      const shown = fitted(stepsOf(page), columns - axisCells, (group) => group.reduce(worse));
      const [first, middle, last] = [shown[0], shown[Math.floor(shown.length / 2)], shown.at(-1)];
      if (!first || !middle || !last || shown.every(({ p99Ms }) => p99Ms === null)) {
        return [noneLine(page, ' with a latency')];
      }
      const below = Math.max(0, Math.min(told > 0 ? told + 1 : 0, rows - 1 - leastChart));
      const values = shown.map(({ p99Ms }) => p99Ms);
      const chart = { width: columns, rows: Math.max(1, rows - 1 - below), glyphs, color: 'cyan' as const };
      return [
        ...chartLines(values, { ...chart, format: formatMs }),
        ...(below > 0 ? [marksLine(shown, deployments, columns, glyphs)] : []),
        [
          ...axisLine([timeText(first, page), timeText(middle, page), timeText(last, page)], shown.length, columns),
          { text: '', said: heardOf(values) },
        ],
        ...deployments
          .slice(-told)
          .toReversed()
          .slice(0, Math.max(0, below - 1))
          .map((deployment) => deploymentLine(deployment, columns, glyphs)),
      ];
    },
  };
}

const heardOf = (values: readonly (number | null)[]): string => {
  const known = values.filter((value) => value !== null);
  return `highest ${formatMs(Math.max(...known))}, lowest ${formatMs(Math.min(...known))}, latest ${formatMs(known.at(-1) ?? null)}`;
};

const worse = (a: Step, b: Step): Step => ({ atMs: a.atMs, p99Ms: greater(a.p99Ms, b.p99Ms) });
const greater = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

/** Every step of the window, also those in which nothing happened. */
function stepsOf(page: FunctionPage): Step[] {
  const step = page.trendStepMs;
  const known = new Map(page.trend.map(({ at, coldP99Ms }) => [Date.parse(at), coldP99Ms]));
  const from = Math.floor(Date.parse(page.since) / step) * step;
  const count = Math.min(mostSteps, Math.floor((Date.parse(page.until) - from) / step) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const atMs = from + index * step;
    return { atMs, p99Ms: known.get(atMs) ?? null };
  });
}

/** `21. 14:00` in a trend of hours, `11-21` in one of days. */
function timeText({ atMs }: Step, page: FunctionPage): string {
  const text = new Date(atMs).toISOString();
  return page.trendStepMs >= dayMs ? text.slice(5, 10) : `${text.slice(8, 10)}. ${text.slice(11, 16)}`;
}

/** A mark below each step in which something was deployed. */
function marksLine(steps: readonly Step[], deployments: readonly Deployment[], width: number, glyphs: Glyphs): Line {
  const each = columnWidth(steps.length, width);
  const marks = Array.from({ length: steps.length }, () => ' ');
  for (const { at } of deployments) {
    const place = steps.findLastIndex(({ atMs }) => atMs <= Date.parse(at));
    if (place >= 0) marks[place] = glyphs.below;
  }
  return [
    { text: ' '.repeat(axisCells) },
    {
      text: marks
        .map((mark) => mark + ' '.repeat(each - 1))
        .join('')
        .trimEnd(),
      color: 'yellow',
      isSilent: true,
    },
  ];
}

const words: Readonly<Partial<Record<DeploymentChange['what'], string>>> = { memoryMb: 'MB' };

/** `▲ 11-21 14:05 version 41 → 42, MB 256 → 512` */
function deploymentLine({ at, changes }: Deployment, columns: number, glyphs: Glyphs): Line {
  const cleaned = cleanerFor(glyphs);
  const texts = changes.map(
    ({ what, from, to }) => `${words[what] ?? what} ${cleaned(from)} ${glyphs.becomes} ${cleaned(to)}`,
  );
  const moment = `${at.slice(5, 10)} ${at.slice(11, 16)}`;
  return joinedWithin(
    [
      [
        { text: `${glyphs.below} `, color: 'yellow' },
        { text: moment, dim: true },
      ],
      ...texts.map((text): Line => [{ text }]),
    ],
    '  ',
    columns,
  );
}
