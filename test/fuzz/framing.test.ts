/**
 * Imports: whatever a file holds, its records are the same however its bytes come, every byte of a record is told at most once,
 * and no reader throws.
 */
import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Chunk, pieceKinds } from '#collector/import/chunk.js';
import { FileReading } from '#collector/import/file-reading.js';
import { importFormats } from '#collector/import/formats.js';
import { Framer } from '#collector/import/framer.js';
import { unpacked } from '#collector/import/unpack.js';
import { Telling } from '#collector/model/telling.js';
import { rowsOf } from '#collector/store/rows.js';
import { lambdaLog } from '../unit/collector/import/logs.ts';
import { archive } from '../unit/collector/import/zips.ts';
import { fuzz } from './fuzz.ts';
import { mutated, mutatedJson, type Random, requestJson } from './random.ts';

const endMs = Date.now() - 1_000;

const parts: readonly ((random: Random) => string)[] = [
  () => lambdaLog({ invocations: 2, endMs }),
  (random) => `${JSON.stringify(mutatedJson(requestJson(random), random))}\n`,
  (random) => JSON.stringify([mutatedJson(requestJson(random), random), { a: 1 }], null, random.whole(3)),
  () =>
    '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/lambda/f","logEvents":[{"id":"1","timestamp":1,"message":"END RequestId: 1\\n"}]}',
  () =>
    '\n{"time":"2026-11-22T00:00:00Z","type":"platform.report","record":{"requestId":"1","metrics":{"durationMs":1}}}\n',
  () => '[INFO] x\n{x}\n[[1]]\n{"a":"b\n',
];

const framed = (bytes: Uint8Array, step: number, chunkBytes: number): Chunk[] => {
  const framer = new Framer(chunkBytes);
  const chunks: Chunk[] = [];
  for (let from = 0; from < bytes.length; from += step) chunks.push(...framer.push(bytes.subarray(from, from + step)));
  return [...chunks, ...framer.end()];
};

fuzz({
  name: 'framing',
  make: (random) => {
    const text = Array.from({ length: random.whole(6) }, () => random.one(parts)(random)).join('');
    return mutated(Buffer.from(text), random);
  },
  check: (input) => {
    const chunkBytes = 1 + (input.length % 700);
    const chunks = framed(input, input.length + 1, chunkBytes);
    assert.deepEqual(framed(input, 1 + (input.length % 13), chunkBytes), chunks);
    for (const { bytes, pieces, openings } of chunks) {
      let told = 0;
      for (let at = 0; at < pieces.length; at += 3) {
        const [kind = -1, from = -1, to = -1] = pieces.subarray(at);
        assert.ok(kind < pieceKinds.group + openings.length && from >= told && to >= from && to <= bytes.length);
        told = to;
      }
    }
    // Wherever chunks end, the same is told.
    const nowMs = Date.now();
    const [told, whole] = [chunks, framed(input, input.length + 1, input.length + 1)].map((all) => {
      const into = new Telling(nowMs);
      const reading = new FileReading({ formats: importFormats, place: { functionName: 'f' }, into });
      for (const [at, chunk] of all.entries()) reading.read(chunk, at === all.length - 1);
      return into;
    });
    assert.deepEqual(told?.reports, whole?.reports);
    assert.deepEqual(told?.unknown.list(), whole?.unknown.list());
    rowsOf(told as Telling, nowMs);
  },
});

/** As `ustar` has it; sums of headers are not looked at. */
const tarOf = (name: string, text: Uint8Array): Buffer => {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write(text.length.toString(8).padStart(11, '0'), 124);
  header.write('0', 156);
  header.write('ustar', 257);
  return Buffer.concat([header, text, Buffer.alloc((512 - (text.length % 512)) % 512), Buffer.alloc(1024)]);
};

const packings = [
  gzipSync,
  zstdCompressSync,
  (text: Uint8Array) => archive({ name: 'a', text }, { name: 'b', text, behind: 'signed' }),
  (text: Uint8Array) => tarOf('a', text),
  (bytes: Uint8Array) => bytes,
] as const;

fuzz({
  name: 'unpacking',
  share: 0.5,
  make: (random) => {
    const pack = (): Uint8Array => random.one(packings)(Buffer.from(random.one(parts)(random)));
    return mutated(Buffer.concat([pack(), pack()]), random);
  },
  check: async (input) => {
    const bytes = (async function* () {
      for (let from = 0; from < input.length; from += 100) yield input.subarray(from, from + 100);
    })();
    let notes = 0;
    for await (const member of unpacked({ name: 'f', bytes }, () => (notes += 1))) {
      for await (const _ of member.bytes);
    }
    assert.ok(notes < 5);
  },
});
