/** The report as a badge: one self-contained SVG for a README. */

import { clean } from '../cli/clean.ts';
import type { Result } from '../results/result.ts';
import { leading, metricOf, type Standing, standingOf, standingWords, tally, worstFirst } from '../results/standing.ts';
import { headline } from './findings.ts';
import { formatMs, formatPercent } from './format/numbers.ts';
import { plain } from './format/sentence.ts';

/** White text is readable on each of them (contrast of 4.5 or more). */
const colors: Readonly<Record<Standing, string>> = {
  failed: '#8250df',
  regressed: '#c93c37',
  over: '#c93c37',
  inconclusive: '#8a6100',
  unchanged: '#57606a',
  improved: '#1a7f37',
  measured: '#0969da',
};

/** A word for a badge: the worst there is. */
const message = (result: Result): { text: string; standing: Standing } => {
  const functions = worstFirst(result.functions);
  const [worst] = functions;
  if (worst === undefined) return { text: 'nothing measured', standing: 'failed' };
  const standing = standingOf(worst);
  const change = leading(worst)?.change;
  if (standing === 'measured') {
    const times = functions.map((fn) => metricOf(fn, 'coldMs')?.head.p50).filter((ms) => ms !== undefined);
    const [low, high] = [Math.min(...times), Math.max(...times)];
    if (times.length === 0) return { text: 'measured', standing };
    return { text: times.length === 1 ? `${formatMs(high)} ms` : `${formatMs(low)} to ${formatMs(high)} ms`, standing };
  }
  if (functions.length === 1 && change && (standing === 'regressed' || standing === 'improved')) {
    return { text: `${standingWords[standing]} ${formatPercent(change.ratio.p50)}`, standing };
  }
  const [first] = tally(functions);
  const all = first?.count === functions.length;
  return { text: all ? standingWords[standing] : `${first?.count} ${standingWords[standing]}`, standing };
};

/** About what 11 px Verdana takes; `textLength` makes the text fit it in any font. */
const widthOf = (text: string): number => Math.round(text.length * 6.6);

const height = 20;
const padding = 8;

const escapeXml = (text: string): string => clean(text).replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);

export const badge = (result: Result): string => {
  const label = 'cold start';
  const { text, standing } = message(result);
  const [left, right] = [widthOf(label) + 2 * padding, widthOf(text) + 2 * padding];
  const width = left + right;
  const word = (words: string, x: number): string =>
    `<text x="${x}" y="14" textLength="${widthOf(words)}">${escapeXml(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" aria-label="${escapeXml(`${label}: ${text}`)}">`,
    `<title>${escapeXml(`coldlens: ${plain(headline(result))}`)}</title>`,
    `<clipPath id="r"><rect width="${width}" height="${height}" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="${height}" fill="#24292f"/>`,
    `<rect x="${left}" width="${right}" height="${height}" fill="${colors[standing]}"/></g>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    word(label, padding),
    word(text, left + padding),
    '</g></svg>\n',
  ].join('');
};
