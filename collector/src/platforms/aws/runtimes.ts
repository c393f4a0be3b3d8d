/** Lambda's names of runtimes, from how its log tells their versions. */
import { wordEnd } from './fields-of-line.ts';
/** `python:3.12.v43` is `python3.12`, `nodejs:22.v56` is `nodejs22.x`, `provided:al2023.v99` is `provided.al2023`. */
export const runtimeOf = (version: string | undefined): string | undefined => {
  const [, family = '', release] = shape.exec(version ?? '') ?? [];
  if (release === undefined) return undefined;
  const [before = '', after = ''] = spelling.get(family) ?? [];
  return `${family}${before}${release}${after}`;
};

const label = 'Runtime Version: ';

/** Of `INIT_START Runtime Version: python:3.12.v43 Runtime Version ARN: ...`. */
export const runtimeIn = (line: string, from: number): string | undefined => {
  const at = line.indexOf(label, from);
  return at === -1 ? undefined : runtimeOf(line.slice(at + label.length, wordEnd(line, at + label.length)));
};

/** Behind the release stands which build of the runtime it is. */
const shape = /^([a-z]{2,12}):(al\d{1,4}|\d{1,3}(?:\.\d{1,3})?(?:\.al\d{1,4})?)(?:\.|$)/;

/** What stands between family and release, and behind them. */
const spelling: ReadonlyMap<string, readonly [before: string, after: string]> = new Map([
  ['nodejs', ['', '.x']],
  ['go', ['', '.x']],
  ['provided', ['.', '']],
]);
