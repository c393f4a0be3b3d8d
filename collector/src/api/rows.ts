/**
 * Long lists told row by row, as what has changed since the answer that the asker has. Of RFC 3229 it is an instance
 * manipulation: asked for with `A-IM: rows`, told with `226 IM Used`, and the answer before is named by its ETag.
 *
 *   The first line is an object: all members but the list. Every further line is a row, or `[place, count]`: so many rows of
 *   the answer before, from that place on. Rows that have changed come anew, in their place; those that no line names are gone.
 */
import { hash } from 'node:crypto';

export const rowsName = 'rows';
export const rowsType = 'application/x-ndjson';

/** Whether who asks can read rows: `A-IM` is a list, each with parameters of its own. */
export const takesRows = (accepted: string | string[] | undefined): boolean =>
  [accepted ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .some((name) => name.split(';')[0]?.trim().toLowerCase() === rowsName);

/** An answer on its way out, taken apart. */
export interface Told {
  /** Of the whole answer, however it is told. */
  etag: string;
  head: string;
  rows: readonly string[];
  /** Of each row, 96 bits: by them it is known again. */
  digests: readonly string[];
}

interface Row {
  text: string;
  digest: string;
}

/** A source may give rows that have not changed as the same objects, and they are written once then. */
const written = new WeakMap<object, Row>();

function write(row: object): Row {
  const known = written.get(row);
  if (known !== undefined) return known;
  const text = JSON.stringify(row);
  const made = { text, digest: hash('sha256', text, 'base64url').slice(0, 16) };
  written.set(row, made);
  return made;
}

/** @param list the member that is the list */
export function told(answer: object, list: string): Told {
  const { [list]: found, ...rest } = answer as Readonly<Record<string, unknown>>;
  const head = JSON.stringify(rest);
  const all = (found as readonly object[]).map(write);
  const [rows, digests] = [all.map(({ text }) => text), all.map(({ digest }) => digest)];
  // Digests are all of one length, so that nothing can be shifted between them.
  const etag = `"${hash('sha256', digests.join('') + head, 'base64url').slice(0, 22)}"`;
  return { etag, head, rows, digests };
}

/** @param before digests of the rows that the asker has, in their order */
export function writeRows({ head, rows, digests }: Told, before: readonly string[]): string {
  const places = new Map(before.map((digest, place) => [digest, place]));
  const lines = [head];
  let from = 0;
  let count = 0;
  const endRun = (): void => {
    if (count > 0) lines.push(`[${from},${count}]`);
    count = 0;
  };
  for (const [at, row] of rows.entries()) {
    const place = places.get(digests[at] ?? '');
    if (place === undefined) {
      endRun();
      lines.push(row);
    } else if (count > 0 && place === from + count) {
      count += 1;
    } else {
      endRun();
      [from, count] = [place, 1];
    }
  }
  endRun();
  return `${lines.join('\n')}\n`;
}

/** More than any question asks for. */
const mostRows = 100_000;

export interface RowReader {
  /** @returns whether it is such a line, and makes no more rows than an answer can have */
  take(line: string): boolean;
  /** `null` = there was no line. */
  end(): object | null;
}

/** @param before rows of the answer before: those that come again are the same objects */
export function createRowReader(list: string, before: readonly unknown[]): RowReader {
  let head: object | null = null;
  const parts: (object | Run)[] = [];
  let rows = 0;
  const add = (part: object | Run, count: number): boolean => {
    parts.push(part);
    rows += count;
    return rows <= mostRows;
  };
  const addRun = ([place, count]: readonly unknown[]): boolean =>
    isCount(place) && isCount(count) && place + count <= before.length && add(new Run(place, count), count);
  return {
    take(line) {
      const value = parsed(line);
      if (Array.isArray(value)) return addRun(value);
      if (typeof value !== 'object' || value === null) return false;
      if (head !== null) return add(value, 1);
      head = value;
      return true;
    },
    end: () => head && { ...head, [list]: joined(parts, rows, before) },
  };
}

/** So many rows of the answer before, from a place on. */
class Run {
  readonly place: number;
  readonly count: number;

  constructor(place: number, count: number) {
    this.place = place;
    this.count = count;
  }
}

/** Of its length from the start: an array that grows leaves a larger one behind for every time it is made longer. */
function joined(parts: readonly (object | Run)[], length: number, before: readonly unknown[]): unknown[] {
  const rows = new Array<unknown>(length);
  let at = 0;
  for (const part of parts) {
    if (part instanceof Run) {
      for (let from = part.place; from < part.place + part.count; from += 1) rows[at++] = before[from];
    } else {
      rows[at++] = part;
    }
  }
  return rows;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
