/** Cuts what is to be sealed into stretches that fit into the memory of a small machine, at any traffic. */
import { functionId } from '../schema/005-sealed-periods.ts';

export const hourS = 3_600;
export const dayS = 86_400;

/** What is sealed at once: hours that follow each other, and of very busy ones a slice of the functions. */
export interface Stretch {
  /** Seconds since 1970. */
  since: number;
  until: number;
  rows: number;
  where: string;
}

/**
 * @param hours since 1970, in any order
 * @param rowsOf parts by hour since 1970; an hour that is not in it has none
 * @param mostRows of one stretch, as far as functions can be told apart
 */
export const stretchesOf = (
  hours: readonly number[],
  rowsOf: ReadonlyMap<number, number>,
  mostRows: number,
): Stretch[] => {
  const runs: Stretch[] = [];
  for (const hour of hours.toSorted((a, b) => a - b)) {
    const rows = rowsOf.get(hour) ?? 0;
    const last = runs.at(-1);
    if (last?.until === hour * hourS && last.rows + rows <= mostRows) {
      last.until += hourS;
      last.rows += rows;
    } else {
      runs.push({ since: hour * hourS, until: (hour + 1) * hourS, rows, where: '1' });
    }
  }
  return runs.flatMap((run) => {
    const slices = Math.max(1, Math.ceil(run.rows / mostRows));
    return Array.from({ length: slices }, (_, slice) => ({
      ...run,
      where: slices === 1 ? '1' : `${functionId()} % ${slices} = ${slice}`,
    }));
  });
};
