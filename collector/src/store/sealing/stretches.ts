/** Cuts what is to be sealed into stretches that fit into the memory of a small machine, at any traffic. */
import { functionId } from '../schema/005-sealed-periods.ts';

export const hourS = 3_600;
export const dayS = 86_400;

/** What is sealed at once: hours that follow each other, and of very busy ones a slice of the functions. */
export interface Stretch {
  /** Seconds since 1970. */
  since: number;
  until: number;
  where: string;
}

/** Functions of an Azure app may share instances, whose time is billed once: they stay together. */
const sliceBy = `if(provider = 'azure', sipHash64(provider, account, region), ${functionId()})`;

/** Parts that are folded for a stretch: of the hours beside it too, and of what came late and lies at its day's beginning. */
const rowsRead = (since: number, until: number, rowsOf: ReadonlyMap<number, number>): number => {
  const first = since / hourS - 1;
  const hours = Array.from({ length: until / hourS - first + 1 }, (_, at) => first + at);
  const beginOfDay = (Math.floor(first / 24) * dayS) / hourS;
  return [...new Set([beginOfDay, ...hours])].reduce((sum, hour) => sum + (rowsOf.get(hour) ?? 0), 0);
};

/**
 * @param hours since 1970, in any order
 * @param rowsOf parts by hour since 1970; an hour that is not in it has none
 * @param mostRows of one stretch; twice as many are read for it, as far as functions can be told apart
 */
export const stretchesOf = (
  hours: readonly number[],
  rowsOf: ReadonlyMap<number, number>,
  mostRows: number,
): Stretch[] => {
  const runs: { since: number; until: number; rows: number }[] = [];
  for (const hour of hours.toSorted((a, b) => a - b)) {
    const rows = rowsOf.get(hour) ?? 0;
    const last = runs.at(-1);
    if (last?.until === hour * hourS && last.rows + rows <= mostRows) {
      last.until += hourS;
      last.rows += rows;
    } else {
      runs.push({ since: hour * hourS, until: (hour + 1) * hourS, rows });
    }
  }
  return runs.flatMap(({ since, until }) => {
    const slices = Math.max(1, Math.ceil(rowsRead(since, until, rowsOf) / (2 * mostRows)));
    return Array.from({ length: slices }, (_, slice) => ({
      since,
      until,
      where: slices === 1 ? '1' : `${sliceBy} % ${slices} = ${slice}`,
    }));
  });
};
