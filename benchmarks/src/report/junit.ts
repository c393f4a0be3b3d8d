/** The report as JUnit XML: one test case a check, grouped by function. */

import { clean } from '../cli/clean.ts';
import type { FunctionResult, Result } from '../results/result.ts';
import { worstFirst } from '../results/standing.ts';
import { type Check, checksOf, type Outcome } from './checks.ts';
import { circumstances, labelOf } from './findings.ts';
import { plain } from './format/sentence.ts';

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Cleaned text has no character that XML 1.0 forbids, but for U+FFFE and U+FFFF, which are unassigned and so cleaned too. */
const xml = (text: string): string => clean(text).replace(/[&<>"']/g, (found) => references[found] ?? '');

/** Which element says what became of a check; a pass says nothing. */
const elements: Readonly<Record<Outcome, string | null>> = {
  passed: null,
  failed: 'failure',
  inconclusive: 'skipped',
  error: 'error',
};

const testCase = (check: Check, className: string): string => {
  const seconds = check.tookMs === null ? '' : ` time="${(check.tookMs / 1_000).toFixed(3)}"`;
  const open = `    <testcase name="${xml(check.name)}" classname="${xml(className)}"${seconds}`;
  const element = elements[check.outcome];
  const message = plain(check.finding);
  if (element === null) return `${open}/>\n`;
  const reasons = check.reasons.map((reason) => `${xml(plain(reason))}\n`).join('');
  const type = element === 'skipped' ? '' : ` type="${check.outcome}"`;
  const body = reasons === '' ? '/>' : `>${reasons}</${element}>`;
  return `${open}>\n      <${element} message="${xml(message)}"${type}${body}\n    </testcase>\n`;
};

const counted = (checks: readonly Check[]): string => {
  const of = (outcome: Outcome): number => checks.filter((check) => check.outcome === outcome).length;
  return `tests="${checks.length}" failures="${of('failed')}" errors="${of('error')}" skipped="${of('inconclusive')}"`;
};

/** Well-formed XML 1.0, whatever functions are called. */
export const junitReport = (result: Result): string => {
  const suites = worstFirst(result.functions).map((fn: FunctionResult) => ({
    label: labelOf(fn, result.functions),
    file: fn.file,
    checks: checksOf(fn, result),
  }));
  const all = suites.flatMap(({ checks }) => checks);
  const body = suites.map(({ label, file, checks }) =>
    [
      `  <testsuite name="${xml(label)}" file="${xml(file)}" ${counted(checks)} timestamp="${xml(result.createdAt)}">\n`,
      `    <properties><property name="measured" value="${xml(circumstances(result))}"/></properties>\n`,
      ...checks.map((check) => testCase(check, label)),
      '  </testsuite>\n',
    ].join(''),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="coldlens" ${counted(all)} time="${result.tookSeconds.toFixed(3)}">\n${body.join('')}</testsuites>\n`;
};
