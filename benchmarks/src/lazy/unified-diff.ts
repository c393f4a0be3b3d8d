/** The difference of two texts in the unified format, which `patch` and `git apply` take. */

const contextLines = 3;

type Op = ' ' | '-' | '+';
interface Line {
  op: Op;
  text: string;
}

/** Lines with their ends, so that an end that is missing is a difference too. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * The shortest edit by Myers' greedy algorithm. An import moves few lines of a file, so the number of steps is small.
 * http://www.xmailserver.org/diff2.pdf
 */
const shortestEdit = (before: readonly string[], after: readonly string[]): Line[] => {
  const max = before.length + after.length;
  const traces: Map<number, number>[] = [];
  let ends = new Map<number, number>([[1, 0]]);
  const at = (diagonal: number, from: ReadonlyMap<number, number>): number => from.get(diagonal) ?? -1;
  const isDown = (diagonal: number, steps: number, from: ReadonlyMap<number, number>): boolean =>
    diagonal === -steps || (diagonal !== steps && at(diagonal - 1, from) < at(diagonal + 1, from));
  search: for (let steps = 0; steps <= max; steps += 1) {
    traces.push(ends);
    const next = new Map(ends);
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = isDown(diagonal, steps, next) ? at(diagonal + 1, next) : at(diagonal - 1, next) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) break search;
    }
    ends = next;
  }
  const lines: Line[] = [];
  let x = before.length;
  let y = after.length;
  for (let steps = traces.length - 1; steps >= 0; steps -= 1) {
    const from = traces[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const previous = isDown(diagonal, steps, from) ? diagonal + 1 : diagonal - 1;
    const fromX = steps === 0 ? 0 : at(previous, from);
    const fromY = steps === 0 ? 0 : fromX - previous;
    for (; x > fromX && y > fromY; x -= 1, y -= 1) lines.push({ op: ' ', text: before[x - 1] ?? '' });
    if (steps === 0) break;
    if (x > fromX) lines.push({ op: '-', text: before[x - 1] ?? '' });
    else lines.push({ op: '+', text: after[y - 1] ?? '' });
    x = fromX;
    y = fromY;
  }
  return lines.reverse();
};

/** Indexes of the lines that are shown, in runs: what changed, with its neighbours. */
const hunksOf = (lines: readonly Line[]): [from: number, to: number][] => {
  const hunks: [number, number][] = [];
  for (const [index, { op }] of lines.entries()) {
    if (op === ' ') continue;
    const last = hunks.at(-1);
    const [from, to] = [Math.max(0, index - contextLines), Math.min(lines.length, index + contextLines + 1)];
    if (last && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
};

const range = (from: number, count: number): string => {
  const first = count === 0 ? from : from + 1;
  return count === 1 ? `${first}` : `${first},${count}`;
};

const written = ({ op, text }: Line): string =>
  text.endsWith('\n') ? `${op}${text}` : `${op}${text}\n\\ No newline at end of file\n`;

/** @param file heads the diff @returns '' when the texts are equal */
export const unifiedDiff = (before: string, after: string, file: string): string => {
  if (before === after) return '';
  const lines = shortestEdit(linesOf(before), linesOf(after));
  const count = (part: readonly Line[], without: Op): number => part.filter(({ op }) => op !== without).length;
  const hunks = hunksOf(lines).map(([from, to]) => {
    const [above, part] = [lines.slice(0, from), lines.slice(from, to)];
    const old = range(count(above, '+'), count(part, '+'));
    const now = range(count(above, '-'), count(part, '-'));
    return `@@ -${old} +${now} @@\n${part.map(written).join('')}`;
  });
  const name = file.replace(/^\/+/, '');
  return `--- a/${name}\n+++ b/${name}\n${hunks.join('')}`;
};
