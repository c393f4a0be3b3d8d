/** What `bench` prints: one line a function, the worst first, and below it what is behind a change. */
import type { FunctionResult, Result } from '../../results/result.ts';
import { failsCheck, leading, metricOf, standingOf, standingWords, worstFirst } from '../../results/standing.ts';
import {
  budgetSentence,
  changeSentence,
  circumstances,
  countSentence,
  culpritSentences,
  failureSentence,
  headline,
  isWorthSaying,
  labelOf,
  metricWords,
  sideWords,
} from '../findings.ts';
import { formatMs, formatPercent, interval, percentInterval } from '../format/numbers.ts';
import { bar, flow, table } from './layout.ts';
import { blankLine, blindSentences, curveLines, nodeLines, noticeLines, whatIfLines } from './parts.ts';
import { type Line, type Piece, sentenceLine, shapesOf, shown, standingTints, type TerminalStyle } from './style.ts';

const shownCulprits = 5;

const titleLines = (result: Result, style: TerminalStyle): Line[] => {
  const worst = worstFirst(result.functions)[0];
  const standing = worst === undefined ? 'failed' : standingOf(worst);
  const tint = standingTints[standing];
  const sides =
    result.base === null ? sideWords(result.head) : `${sideWords(result.head)} against ${sideWords(result.base)}`;
  return [
    ...flow(
      [{ text: `${shapesOf(style).standings[standing]} `, bold: true, tint }],
      sentenceLine(headline(result), style, { bold: true, tint }),
      style,
    ),
    ...flow([{ text: '  ' }], sentenceLine(sides, style, { dim: true }), style),
    blankLine,
  ];
};

/** `▲ REGRESSED`: a shape, a word, and a colour where there are colours. */
const standingPiece = (fn: FunctionResult, style: TerminalStyle): Piece => {
  const standing = standingOf(fn);
  const shape = shapesOf(style).standings[standing];
  if (standing === 'measured') return { text: shape, dim: true };
  const word = standing === 'over' ? 'over limit' : standingWords[standing];
  return {
    text: `${shape} ${standing === 'regressed' || standing === 'failed' ? word.toUpperCase() : word}`,
    tint: standingTints[standing],
    bold: standing === 'regressed' || standing === 'failed',
  };
};

/** One line a function. */
const comparedTable = (functions: readonly FunctionResult[], result: Result, style: TerminalStyle): Line[] => {
  const { arrow } = shapesOf(style);
  const rows = functions.map((fn): Piece[] => {
    const metric = leading(fn);
    const label: Piece = { text: shown(labelOf(fn, result.functions), style), bold: true };
    if (fn.state === 'failed' || metric === undefined) {
      return [standingPiece(fn, style), label, { text: '-' }, { text: '-' }, { text: '-' }];
    }
    const { format } = metricWords[metric.name];
    const from = metric.base === null ? '' : `${format(metric.base.p50)} ${arrow} `;
    const change = metric.change;
    return [
      standingPiece(fn, style),
      label,
      { text: `${from}${format(metric.head.p50)}` },
      {
        text: change === null ? '-' : formatPercent(change.ratio.p50),
        tint: standingTints[standingOf(fn)],
        bold: true,
      },
      { text: change === null ? '-' : percentInterval(change.ratio) },
    ];
  });
  const named = functions.map(leading).find((metric) => metric !== undefined);
  const name = named === undefined ? 'TIME' : metricWords[named.name].name.replace('cold', 'COLD').toUpperCase();
  return table(
    [
      { header: 'VERDICT' },
      { header: 'FUNCTION', isFlexible: true },
      { header: `${name} ms`, align: 'right' },
      { header: 'CHANGE', align: 'right' },
      { header: '95 % INTERVAL', align: 'right' },
    ],
    rows,
    style,
  );
};

const measuredTable = (functions: readonly FunctionResult[], result: Result, style: TerminalStyle): Line[] => {
  const slowest = Math.max(0.001, ...functions.map((fn) => metricOf(fn, 'coldMs')?.head.p50 ?? 0));
  const rows = functions.map((fn): Piece[] => {
    const cold = metricOf(fn, 'coldMs');
    return [
      standingPiece(fn, style),
      { text: shown(labelOf(fn, result.functions), style), bold: true },
      { text: formatMs(cold?.head.p50 ?? null), bold: true },
      { text: cold === undefined ? '-' : interval(cold.head) },
      { text: formatMs(metricOf(fn, 'coldCpuMs')?.head.p50 ?? null) },
      { text: formatMs(metricOf(fn, 'rssMb')?.head.p50 ?? null) },
      { text: bar((cold?.head.p50 ?? 0) / slowest, 14, shapesOf(style)), tint: 'yellow' },
    ];
  });
  return table(
    [
      { header: '' },
      { header: 'FUNCTION', isFlexible: true },
      { header: 'COLD p50 ms', align: 'right' },
      { header: '95 % INTERVAL', align: 'right' },
      { header: 'CPU ms', align: 'right' },
      { header: 'MB', align: 'right' },
      { header: '' },
    ],
    rows,
    style,
  );
};

/** What is behind a function's verdict; nothing where there is nothing to say. */
const detailLines = (fn: FunctionResult, result: Result, style: TerminalStyle): Line[] => {
  const lead: Line = [{ text: '    ' }];
  const standing = standingOf(fn);
  const say = (sentence: string, look: Omit<Piece, 'text'> = {}): Line[] =>
    flow(lead, sentenceLine(sentence, style, look), style);
  const warn = (sentence: string): Line[] =>
    flow([{ text: '  ! ', tint: 'red', bold: true }], sentenceLine(sentence, style), style);
  const body: Line[] = [];
  if (standing === 'failed') body.push(...say(failureSentence(fn)));
  const culprits = culpritSentences(fn);
  for (const [index, sentence] of culprits.slice(0, shownCulprits).entries()) {
    const look = index === 0 && standing === 'regressed' ? { tint: 'red' as const } : {};
    body.push(
      ...flow(
        [{ text: `  ${shapesOf(style).arrow.padEnd(2)}`, bold: true }],
        sentenceLine(sentence, style, look),
        style,
      ),
    );
  }
  if (culprits.length > shownCulprits)
    body.push(...say(`and ${culprits.length - shownCulprits} smaller changes`, { dim: true }));
  for (const count of fn.counts) {
    if (count.isOver) body.push(...warn(countSentence(count)));
  }
  for (const budget of fn.budgets) if (budget.isOver) body.push(...warn(budgetSentence(budget)));
  if (standing === 'inconclusive') {
    const spread = leading(fn)?.change?.pairSpreadPercent;
    body.push(
      ...say(
        `The interval is too wide to tell${spread === undefined ? '' : ` (pairs differ by ${spread.toFixed(1)} % among themselves)`}. Measure on a quieter machine.`,
      ),
    );
  }
  if (body.length > 0 && fn.state === 'compared') {
    const others = fn.metrics
      .filter((metric) => metric !== leading(fn) && metric.change !== null && metric.name !== 'readyMs')
      .map(changeSentence);
    const changed = fn.counts.filter((count) => !count.isOver && isWorthSaying(count)).map(countSentence);
    const rest = [...others, ...changed];
    if (rest.length > 0) body.push(...say(`besides: ${rest.join('; ')}`, { dim: true }));
  }
  const isNews = standing !== 'unchanged' && standing !== 'measured';
  const blind = fn.head !== null && isNews && fn.culprits.length === 0 ? blindSentences(fn.head) : [];
  const notices = noticeLines([...fn.notices, ...blind], style);
  const extra = [...whatIfLines(fn.whatIfs, style), ...curveLines(fn.curve, style), ...notices];
  if (body.length === 0 && extra.length === 0) return [];
  return [
    ...flow(
      [standingPiece(fn, style), { text: ' ' }],
      [
        { text: shown(labelOf(fn, result.functions), style), bold: true },
        { text: ' ' },
        { text: shown(fn.file, style), dim: true },
      ],
      style,
    ),
    ...body,
    ...(body.length > 0 ? [blankLine] : []),
    ...extra,
  ];
};

/** How the check ends, and why, in the last line: what stays on the screen. */
const closingLines = (result: Result, style: TerminalStyle): Line[] => {
  const failing = result.functions.filter((fn) => failsCheck(standingOf(fn), result));
  const words =
    result.exitCode === 0
      ? result.base === null
        ? 'Measured.'
        : 'The check passed.'
      : result.exitCode === 3
        ? 'The measurement failed (exit code 3).'
        : `The check failed (exit code 1): ${failing.length} of ${result.functions.length}.`;
  return [
    ...flow([{ text: '  ' }], [{ text: shown(`${circumstances(result)}.`, style), dim: true }], style),
    ...flow(
      [{ text: '  ' }],
      [{ text: words, bold: true, tint: result.exitCode === 0 ? 'green' : result.exitCode === 1 ? 'red' : 'magenta' }],
      style,
    ),
  ];
};

export const benchLines = (result: Result, style: TerminalStyle): Line[] => {
  const functions = worstFirst(result.functions);
  const details = functions.flatMap((fn) => detailLines(fn, result, style));
  const shownTable =
    functions.length === 0
      ? []
      : functions.some(({ state }) => state === 'compared')
        ? comparedTable(functions, result, style)
        : measuredTable(functions, result, style);
  return [
    ...titleLines(result, style),
    ...shownTable,
    blankLine,
    ...details,
    ...nodeLines(functions, style),
    ...closingLines(result, style),
  ];
};
