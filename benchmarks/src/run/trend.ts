/** How the functions went over the runs that a directory holds: for people, never for a verdict. */
import { clean } from '../cli/clean.ts';
import { formatMs } from '../report/format/numbers.ts';
import { addToHistory, readHistory, trendOf } from '../results/history.ts';
import type { Result } from '../results/result.ts';

/** The latest runs that are shown. */
const shownRuns = 8;

const lineOf = (name: string, node: string | null, medians: readonly number[]): string => {
  const shown = medians.slice(-shownRuns).map(formatMs).join(' -> ');
  return `  ${clean(name)}${node === null ? '' : `, Node ${node}`}: ${shown} ms\n`;
};

/**
 * Adds the result to the directory.
 * @returns text about the functions that were measured before on such a machine; empty when none was
 */
export const keepAndCompare = async (directory: string, result: Result): Promise<string> => {
  await addToHistory(directory, result);
  const { results, skipped } = await readHistory(directory);
  const lines = result.functions.flatMap(({ name, node }) => {
    const points = trendOf(results, { name, node, machine: result.fingerprint });
    return points.length > 1
      ? [
          lineOf(
            name,
            node,
            points.map(({ coldMs }) => coldMs),
          ),
        ]
      : [];
  });
  const left = skipped.map(({ file, reason }) => `  ${clean(file)} was left out: ${clean(reason)}\n`);
  if (lines.length + left.length === 0) return '';
  return ['Over the runs on machines of this kind, p50 of the cold start:\n', ...lines, ...left].join('');
};
