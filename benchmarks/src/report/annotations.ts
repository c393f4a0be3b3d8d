/** The report as marks beside the lines of a change: GitHub's workflow commands, GitLab's code quality. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { clean } from '../cli/clean.ts';
import type { FunctionResult, Place, Result } from '../results/result.ts';
import { worstFirst } from '../results/standing.ts';
import { checksOf, type Outcome } from './checks.ts';
import { labelOf } from './findings.ts';
import { plain } from './format/sentence.ts';

interface Mark {
  outcome: Exclude<Outcome, 'passed'>;
  label: string;
  /** Names of the checks that failed at this place. */
  checks: string;
  place: Place;
  text: string;
}

/** Reasons beside the findings; more would hide the code. */
const shownReasons = 3;

/** One mark for all that a function has at one place. */
const marksOfFunction = (fn: FunctionResult, result: Result): Mark[] => {
  const groups = Map.groupBy(
    checksOf(fn, result).filter(({ outcome }) => outcome !== 'passed'),
    ({ outcome, place }) => JSON.stringify([outcome, place.file, place.line]),
  );
  return [...groups.values()].flatMap((checks): Mark[] => {
    const [first] = checks;
    if (first === undefined || first.outcome === 'passed') return [];
    const reasons = [...new Set(checks.flatMap((check) => check.reasons))].slice(0, shownReasons);
    return [
      {
        outcome: first.outcome,
        label: clean(labelOf(fn, result.functions)),
        checks: checks.map(({ name }) => clean(name)).join(', '),
        place: first.place,
        text: [...checks.map(({ finding }) => finding), ...reasons].map(plain).join('\n'),
      },
    ];
  });
};

/** The worst first. */
const marksOf = (result: Result): Mark[] => worstFirst(result.functions).flatMap((fn) => marksOfFunction(fn, result));

/** GitHub shows no more than 10 of a kind for a step. */
const mostOfAKind = 10;

const commands = { failed: 'error', error: 'error', inconclusive: 'warning' } as const;

const escapeMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeMessage(clean(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A path as both hosts want it: relative to the top of the repository, with `/`. */
const repositoryPath = (file: string, { directory }: Result): string =>
  posix.normalize(clean(`${directory}${file}`).replaceAll('\\', '/'));

/**
 * Workflow commands, a line each, to be printed by a step of GitHub Actions. At most 10 of a kind: where there are more,
 * the tenth says how many.
 */
export const githubAnnotations = (result: Result): string => {
  const marks = marksOf(result);
  return (['error', 'warning'] as const)
    .flatMap((command) => {
      const ofKind = marks.filter(({ outcome }) => commands[outcome] === command);
      const shown = ofKind.length > mostOfAKind ? ofKind.slice(0, mostOfAKind - 1) : ofKind;
      const lines = shown.map(({ label, checks, place, text }) => {
        const line = place.line === null ? '' : `,line=${place.line}`;
        const title = escapeProperty(`coldlens: ${label}: ${checks}`);
        return `::${command} file=${escapeProperty(repositoryPath(place.file, result))}${line},title=${title}::${escapeMessage(text)}\n`;
      });
      const rest = ofKind.length - shown.length;
      const last = `::${command} title=coldlens::${rest} more of these are in the step summary and the JSON report\n`;
      return rest > 0 ? [...lines, last] : lines;
    })
    .join('');
};

const severities = { failed: 'major', error: 'critical', inconclusive: 'info' } as const;

/** The array that GitLab's `artifacts:reports:codequality` wants. */
export const gitlabCodeQuality = (result: Result): string =>
  `${JSON.stringify(
    marksOf(result).map(({ outcome, label, checks, place, text }) => ({
      description: `${label}: ${text.replaceAll('\n', '; ')}`,
      check_name: `coldlens/${checks}`,
      // The same finding in the next run has the same one: figures are left out.
      fingerprint: createHash('sha256')
        .update(JSON.stringify([label, checks, place.file]))
        .digest('hex'),
      severity: severities[outcome],
      location: { path: repositoryPath(place.file, result), lines: { begin: place.line ?? 1 } },
    })),
    null,
    2,
  )}\n`;
