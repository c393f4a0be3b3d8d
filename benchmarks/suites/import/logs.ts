/** Made-up logs of Lambda over two weeks, as long as wanted, made while they are read: each REPORT is another invocation. */
import { gzipSync } from 'node:zlib';

/** A block is of one hour. */
const linesPerBlock = 4_000;
const hourMs = 3_600_000;
const hours = 14 * 24;
/** Of a time in ISO 8601, as far as its hour. */
const hourDigits = 'YYYY-MM-DDTHH'.length;
/** Of an id: the digits that count the invocations. */
const countDigits = 8;
const rest = '-1111-4222-8333-444455556666';

/** One line, with `@@@@@@@@` where the count stands. */
type MakeLine = (line: number, at: string) => string;

const mark = '@'.repeat(countDigits);

/** As an export task to S3 writes them. */
const report: MakeLine = (line, at) => {
  const init = line % 30 === 0 ? 'Init Duration: 413.61 ms\t' : '';
  const ms = 1 + ((line * 7) % 900) / 10;
  return `${at} REPORT RequestId: ${mark}${rest}\tDuration: ${ms} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: 1024 MB\tMax Memory Used: 95 MB\t${init}\n`;
};

const json: MakeLine = (line, at) => {
  const metrics = {
    ...{ durationMs: 1 + ((line * 7) % 900) / 10, billedDurationMs: 100, memorySizeMB: 1024, maxMemoryUsedMB: 95 },
    ...(line % 30 === 0 && { initDurationMs: 413.61 }),
  };
  const record = { requestId: `${mark}${rest}`, metrics, status: 'success' };
  return `${JSON.stringify({ time: at, type: 'platform.report', record })}\n`;
};

const makers = { report, json } as const;
export type LogKind = keyof typeof makers;

export interface Logs {
  bytes: AsyncIterable<Uint8Array>;
  /** In all of them. */
  lines: number;
}

/** Counts of invocations, and the hour, are written over a block that was made once, so that making costs next to nothing. */
export const logs = (kind: LogKind, wantedBytes: number, endMs: number): Logs & { size: number } => {
  const firstMs = Math.floor(endMs / hourMs) * hourMs - hours * hourMs;
  const block = Buffer.from(
    Array.from({ length: linesPerBlock }, (_, line) =>
      makers[kind](line, new Date(firstMs + line * 800).toISOString()),
    ).join(''),
  );
  const blocks = Math.max(1, Math.round(wantedBytes / block.length));
  const hourOf = (made: number): string =>
    new Date(firstMs + Math.floor((made * hours) / blocks) * hourMs).toISOString().slice(0, hourDigits);
  const placesOf = (text: string): number[] => {
    const places: number[] = [];
    for (let at = block.indexOf(text); at !== -1; at = block.indexOf(text, at + 1)) places.push(at);
    return places;
  };
  const [counts, times] = [placesOf(mark), placesOf(hourOf(0))];
  const make = async function* (): AsyncGenerator<Uint8Array> {
    for (let count = 0, made = 0; made < blocks; made += 1) {
      const copy = Buffer.from(block);
      for (const place of counts) writeHex(copy, place, count++);
      const hour = hourOf(made);
      for (const place of times) copy.write(hour, place, 'latin1');
      yield copy;
    }
  };
  return { bytes: make(), lines: blocks * linesPerBlock, size: blocks * block.length };
};

const writeHex = (into: Buffer, at: number, value: number): void => {
  for (let digit = countDigits - 1, left = value; digit >= 0; digit -= 1, left = Math.floor(left / 16)) {
    const low = left % 16;
    into[at + digit] = low < 10 ? 0x30 + low : 0x57 + low;
  }
};

/** The same few members again and again, because to pack takes longer than to read. */
export const packedLogs = async (kind: LogKind, wantedBytes: number, endMs: number): Promise<Logs> => {
  const { bytes, lines } = logs(kind, Math.min(wantedBytes, 16 * 1024 * 1024), endMs);
  const plain: Uint8Array[] = [];
  for await (const piece of bytes) plain.push(piece);
  const members = plain.map((piece) => gzipSync(piece, { level: 6 }));
  const size = plain.reduce((sum, { length }) => sum + length, 0);
  const times = Math.max(1, Math.round(wantedBytes / size));
  const again = async function* (): AsyncGenerator<Uint8Array> {
    for (let time = 0; time < times; time += 1) yield* members;
  };
  return { bytes: again(), lines: lines * times };
};
