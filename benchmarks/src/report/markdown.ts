/**
 * The report as GitHub's Markdown: for a comment in a pull request and for a step's summary. The worst comes first; what
 * does not fit is counted, never cut in the middle.
 */

import { clean } from '../cli/clean.ts';
import type { FunctionResult, Result } from '../results/result.ts';
import { leading, standingOf, standingWords, tally, worstFirst } from '../results/standing.ts';
import {
  adviceSentence,
  budgetSentence,
  changeSentence,
  circumstances,
  countSentence,
  culpritSentences,
  failureSentence,
  guiltySentence,
  headline,
  isWorthSaying,
  labelOf,
  sideWords,
} from './findings.ts';
import { code, escapeText, quote, say } from './markdown/escape.ts';
import {
  comparedHead,
  comparedRow,
  curveTable,
  measuredHead,
  measuredRow,
  packageTable,
  whatIfTable,
} from './markdown/tables.ts';

/** The first line of a comment of ours: by it the comment is found again, and edited. @param name letters, digits, `.-_` */
export const commentMarker = (name = 'report'): string => `<!-- coldlens:${name} -->`;

/** GitHub refuses longer comments (characters; we count bytes, which are never fewer). */
export const commentLimit = 65_536;
/** GitHub refuses larger step summaries (bytes). */
export const summaryLimit = 1_048_576;

const folded = (title: string, body: string): string =>
  body === '' ? '' : `<details><summary>${title}</summary>\n\n${body}\n</details>\n\n`;

/** What is behind a function's verdict; '' where there is nothing to say. */
const details = (fn: FunctionResult, result: Result): string => {
  const standing = standingOf(fn);
  const isNews = standing !== 'unchanged' && standing !== 'measured';
  const lines = [
    ...(fn.state === 'failed' ? [quote(failureSentence(fn))] : []),
    ...(result.kind === 'why' ? [guiltySentence(fn), adviceSentence(fn)].filter((text) => text !== null).map(say) : []),
    ...culpritSentences(fn)
      .slice(0, 5)
      .map((sentence, index) => (index === 0 ? `**${say(sentence)}**` : say(sentence))),
    ...(fn.culprits.length > 5 ? [`and ${fn.culprits.length - 5} smaller changes`] : []),
    ...fn.counts.filter(({ isOver }) => isOver).map((count) => `over: ${say(countSentence(count))}`),
    ...fn.budgets.filter(({ isOver }) => isOver).map((budget) => `over: ${say(budgetSentence(budget))}`),
    ...(standing === 'inconclusive' ? ['the interval is too wide to tell; measure on a quieter machine'] : []),
    ...(isNews
      ? fn.metrics
          .filter((metric) => metric !== leading(fn) && metric.change !== null && metric.name !== 'readyMs')
          .map((metric) => say(changeSentence(metric)))
      : []),
    ...(isNews
      ? fn.counts.filter((count) => !count.isOver && isWorthSaying(count)).map((count) => say(countSentence(count)))
      : []),
    ...fn.notices.map(say),
  ];
  const more = [
    fn.whatIfs.length === 0 ? '' : folded('What would help, measured', whatIfTable(fn.whatIfs)),
    fn.curve.length === 0 ? '' : folded('Memory, cold start and cost', curveTable(fn.curve)),
    isNews || result.kind === 'why' ? folded('Packages of its init', packageTable(fn)) : '',
  ].join('');
  if (lines.length === 0 && more === '') return '';
  const list = lines.map((line) => `- ${line}\n`).join('');
  return `#### ${code(labelOf(fn, result.functions))}\n\n${list}${list === '' ? '' : '\n'}${more}`;
};

const leftOut = (functions: readonly FunctionResult[], what: string): string =>
  functions.length === 0
    ? ''
    : `${functions.length} more ${functions.length === 1 ? 'function is' : 'functions are'} left out of ${what} (${tally(
        functions,
      )
        .map(({ standing, count }) => `${count} ${standingWords[standing]}`)
        .join(', ')}).\n\n`;

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** As many of the first texts as fit. */
const fitting = (texts: readonly string[], room: number): number => {
  let used = 0;
  const first = texts.findIndex((text) => {
    used += bytesOf(text);
    return used > room;
  });
  return first === -1 ? texts.length : first;
};

/** Room for the sentences that say what was left out. */
const reserve = 512;

export interface MarkdownOptions {
  /** Bytes; {@link commentLimit} by default, see {@link summaryLimit}. */
  limit?: number;
  /** Of the comment: see {@link commentMarker}, with which the report begins. */
  name?: string;
}

export const markdownReport = (result: Result, { limit = commentLimit, name }: MarkdownOptions = {}): string => {
  const functions = worstFirst(result.functions);
  const isCompared = functions.some(({ state }) => state === 'compared');
  const against = result.base === null ? '' : ` against ${say(sideWords(result.base))}`;
  const head = [
    `${commentMarker(name)}\n`,
    `### coldlens: ${say(headline(result))}\n\n`,
    `${say(sideWords(result.head))}${against}\n\n`,
    functions.length === 0 ? '' : isCompared ? comparedHead(result) : measuredHead(),
  ].join('');
  const foot = `<sub>${escapeText(clean(circumstances(result)))}</sub>\n`;
  const room = Math.max(0, limit - bytesOf(head) - bytesOf(foot) - reserve);
  const rows = functions.map((fn) => (isCompared ? comparedRow : measuredRow)(fn, result));
  // Where not all fits, the table takes at most half, so that the worst functions keep their details.
  const texts = functions.map((fn) => details(fn, result));
  const allRows = rows.reduce((sum, text) => sum + bytesOf(text), 0);
  const allTexts = texts.reduce((sum, text) => sum + bytesOf(text), 0);
  const rowCount = fitting(rows, allRows + allTexts <= room ? room : Math.max(room / 2, room - allTexts));
  const shownRows = rows.slice(0, rowCount).join('');
  const textCount = fitting(texts, room - bytesOf(shownRows));
  const silent = functions.slice(textCount).filter((_, index) => texts[textCount + index] !== '');
  return [
    head,
    shownRows,
    '\n',
    leftOut(functions.slice(rowCount), 'the table'),
    texts.slice(0, textCount).join(''),
    leftOut(silent, 'the details'),
    foot,
  ].join('');
};
