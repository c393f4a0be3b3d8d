/** What `why` prints: where a cold start goes, which import is guilty, and what would help. */
import type { FunctionResult, PackageRow, Result, TreeSummary } from '../../results/result.ts';
import { metricOf, worstFirst } from '../../results/standing.ts';
import {
  adviceSentence,
  circumstances,
  failureSentence,
  foreignPackages,
  guiltySentence,
  labelOf,
  metricWords,
  placesText,
  whereabouts,
} from '../findings.ts';
import { formatBytes, formatCount, formatMs, interval, plural } from '../format/numbers.ts';
import { quotedName } from '../format/sentence.ts';
import { bar, flow, stackedBar, table } from './layout.ts';
import { blankLine, blindSentences, curveLines, heading, nodeLines, noticeLines, whatIfLines } from './parts.ts';
import { type Line, type Piece, sentenceLine, shapesOf, shown, type TerminalStyle } from './style.ts';

const shownPackages = 10;
const shownUnused = 5;
const shownModules = 3;
/** A module that takes less by itself is nothing to look at. */
const shownModuleMs = 5;

/** The answer in a sentence or two. */
const answerLines = (fn: FunctionResult, style: TerminalStyle): Line[] => {
  const lead: Line = [{ text: `  ${shapesOf(style).arrow} `, bold: true }];
  const [guilty, advice] = [guiltySentence(fn), adviceSentence(fn)];
  return [
    ...(guilty === null ? [] : flow(lead, sentenceLine(guilty, style), style)),
    ...(advice === null ? [] : flow(lead, sentenceLine(advice, style, { tint: 'green' }), style)),
  ];
};

const phaseLines = ({ phases }: TreeSummary, style: TerminalStyle): Line[] => {
  const shapes = shapesOf(style);
  const parts = [
    { name: 'runtime start', ms: phases.runtimeStartMs, text: shapes.runtimeStart, tint: 'blue' as const },
    { name: 'init', ms: phases.initMs, text: shapes.init, tint: 'yellow' as const },
    { name: 'execution', ms: phases.executionMs, text: shapes.execution, tint: 'green' as const },
  ];
  const legend = parts.flatMap(({ name, ms, text, tint }, index): Piece[] => [
    { text: index === 0 ? '  ' : '    ' },
    { text, tint },
    { text: ` ${name} ${formatMs(ms)} ms` },
  ]);
  return [
    [
      { text: '  ' },
      ...stackedBar(
        parts.map(({ text, tint, ms }) => ({ text, tint, value: ms })),
        style.width - 4,
      ),
    ],
    legend,
    blankLine,
  ];
};

const packageLines = (tree: TreeSummary, style: TerminalStyle): Line[] => {
  const shapes = shapesOf(style);
  const own = tree.packages.find(({ name }) => name === '');
  const builtins = tree.packages.find(({ name }) => name === 'node');
  const packages = foreignPackages(tree.packages);
  const alone = [builtins, own].flatMap((pkg) => (pkg === undefined ? [] : [pkg.selfMs]));
  const longest = Math.max(0.001, ...packages.map(({ totalMs }) => totalMs), ...alone);
  const row = (pkg: PackageRow, name: string, ms: number): Piece[] => [
    { text: formatMs(ms), bold: true },
    { text: bar(ms / longest, 8, shapes), tint: 'yellow' },
    { text: shown(name, style) },
    { text: formatCount(pkg.modules) },
    { text: formatBytes(pkg.bytes) },
    { text: shown(placesText(pkg.importedBy), style), tint: 'cyan' },
  ];
  const rows = [
    ...packages.slice(0, shownPackages).map((pkg) => row(pkg, `${pkg.name} ${pkg.version}`.trim(), pkg.totalMs)),
    ...(builtins === undefined ? [] : [row(builtins, "Node's own modules", builtins.selfMs)]),
    ...(own === undefined ? [] : [row({ ...own, importedBy: [] }, 'your own code', own.selfMs)]),
  ];
  if (rows.length === 0) return [];
  const rest = packages.slice(shownPackages);
  return [
    heading('Packages of init', 'ms of each with all that it was the first to load'),
    ...table(
      [
        { header: 'ms', align: 'right' },
        { header: '' },
        { header: 'PACKAGE', isFlexible: true },
        { header: 'MODULES', align: 'right' },
        { header: 'CODE', align: 'right' },
        { header: 'IMPORTED BY' },
      ],
      rows,
      style,
    ),
    ...(rest.length > 0
      ? [
          [
            {
              text: `  and ${plural(rest.length, 'more package')}, none above ${formatMs(rest[0]?.totalMs ?? 0)} ms`,
              dim: true,
            },
          ],
        ]
      : []),
    blankLine,
  ];
};

const moduleLines = ({ modules }: TreeSummary, style: TerminalStyle): Line[] => {
  const dearest = modules
    .filter(({ selfMs }) => selfMs >= shownModuleMs)
    .toSorted((a, b) => b.selfMs - a.selfMs)
    .slice(0, shownModules);
  if (dearest.length === 0) return [];
  return [
    heading('Dearest modules', 'ms of each alone'),
    ...table(
      [
        { header: 'ms', align: 'right' },
        { header: 'MODULE', isFlexible: true },
        { header: 'CODE', align: 'right' },
      ],
      dearest.map(({ name, selfMs, bytes }): Piece[] => [
        { text: formatMs(selfMs), bold: true },
        { text: shown(name, style) },
        { text: formatBytes(bytes) },
      ]),
      style,
    ),
    blankLine,
  ];
};

const unusedLines = ({ unused }: TreeSummary, style: TerminalStyle): Line[] => {
  const rows = foreignPackages(unused);
  if (rows.length === 0) return [];
  return [
    heading('Loaded, but not used by the first invocation'),
    ...rows.slice(0, shownUnused).flatMap(({ name, totalMs, importedBy }) => {
      const by = importedBy.length === 0 ? '' : `, imported by ${quotedName(placesText(importedBy))}`;
      return flow([{ text: '    ' }], sentenceLine(`${quotedName(name)}: ${formatMs(totalMs)} ms${by}`, style), style);
    }),
    ...(rows.length > shownUnused ? [[{ text: `    and ${rows.length - shownUnused} more`, dim: true }]] : []),
    blankLine,
  ];
};

const duplicateLines = ({ duplicated }: TreeSummary, style: TerminalStyle): Line[] => {
  if (duplicated.length === 0) return [];
  const rows = duplicated.toSorted((a, b) => b.totalMs - a.totalMs);
  return [
    heading('There more than once'),
    ...rows
      .slice(0, shownUnused)
      .flatMap(({ name, versions, totalMs, bytes }) =>
        flow(
          [{ text: '    ' }],
          sentenceLine(
            `${quotedName(name)} ${versions.map((version) => version.replaceAll('`', "'")).join(' and ')}: ${formatMs(totalMs)} ms, ${formatBytes(bytes)} together`,
            style,
          ),
          style,
        ),
      ),
    ...(rows.length > shownUnused ? [[{ text: `    and ${rows.length - shownUnused} more`, dim: true }]] : []),
    blankLine,
  ];
};

const functionLines = (fn: FunctionResult, result: Result, style: TerminalStyle): Line[] => {
  const title: Line = [{ text: shown(labelOf(fn, result.functions), style), bold: true }];
  const where: Line = [{ text: shown(whereabouts(fn), style), dim: true }];
  if (fn.state === 'failed') {
    const mark: Line = [{ text: `  ${shapesOf(style).standings.failed} FAILED  `, tint: 'magenta', bold: true }];
    return [...flow([], title, style), ...flow(mark, sentenceLine(failureSentence(fn), style), style), blankLine];
  }
  const cold = metricOf(fn, 'coldMs') ?? fn.metrics[0];
  const figure: Line[] =
    cold === undefined
      ? []
      : flow(
          [{ text: '  ' }],
          [
            { text: `${metricWords[cold.name].name} ` },
            { text: `${formatMs(cold.head.p50)} ms`, bold: true, tint: 'yellow' },
            {
              text: ` p50 of ${cold.head.samples} (95 % interval ${interval(cold.head)}, all within ${formatMs(cold.head.min)} to ${formatMs(cold.head.max)})`,
              dim: true,
            },
          ],
          style,
        );
  const tree = fn.head;
  return [
    ...flow([], title, style),
    ...flow([], where, style),
    blankLine,
    ...figure,
    ...(tree === null ? [blankLine] : phaseLines(tree, style)),
    ...answerLines(fn, style),
    blankLine,
    ...(tree === null ? [] : packageLines(tree, style)),
    ...(tree === null ? [] : moduleLines(tree, style)),
    ...whatIfLines(fn.whatIfs, style),
    ...(tree === null ? [] : unusedLines(tree, style)),
    ...(tree === null ? [] : duplicateLines(tree, style)),
    ...curveLines(fn.curve, style),
    ...noticeLines([...fn.notices, ...(tree === null ? [] : blindSentences(tree))], style),
  ];
};

export const whyLines = (result: Result, style: TerminalStyle): Line[] => {
  const isWatched = result.functions.some(({ head }) => head !== null);
  const watched = isWatched ? ' Phases and modules are from watched starts of their own, held to the timed ones.' : '';
  return [
    ...worstFirst(result.functions).flatMap((fn) => functionLines(fn, result, style)),
    ...nodeLines(result.functions, style),
    ...flow(
      [{ text: '  ' }],
      [
        {
          text: shown(`${circumstances(result)}.${watched}`, style),
          dim: true,
        },
      ],
      style,
    ),
  ];
};
