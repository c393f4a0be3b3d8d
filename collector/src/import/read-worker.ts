/** The thread that reads chunks: records to rows, one file after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { received } from '../model/invocation/facts.ts';
import { Admission, KnownFunctions } from '../model/known-functions.ts';
import { Telling } from '../model/telling.ts';
import { receivedTables } from '../store/batch.ts';
import { rowsOf } from '../store/rows.ts';
import type { FormatCounts } from './asked-formats.ts';
import { hashesOf } from './distinct.ts';
import { FileReading } from './file-reading.ts';
import { importFormats } from './formats.ts';
import type { ChunkRead, ReaderSettings, Work } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('read-worker is a thread of an import');
const { known, format, withoutRows = false } = workerData as ReaderSettings;
const formats = importFormats.filter(({ name }) => format === undefined || name === format);
// All that one import brings is one sender's.
const admission = new Admission(KnownFunctions.shared(known), 'import');

/** The file that is being read, of which more chunks come. */
let current: { file: number; told: Telling; reading: FileReading } | undefined;

port.on('message', ({ file, isLast, isPast, place, receivedMs, ...chunk }: Work) => {
  if (current?.file !== file) {
    const told = new Telling(receivedMs);
    current = { file, told, reading: new FileReading({ formats, place, into: told }) };
  }
  const { told, reading } = current;
  const byFormat = reading.read(chunk, isLast);
  if (isPast) port.postMessage(null);
  else send(told, byFormat, receivedMs);
  told.clear();
  if (isLast) current = undefined;
});

const send = (told: Telling, byFormat: FormatCounts, receivedMs: number): void => {
  const admitted = new Telling(receivedMs);
  admitted.addAll(told, admission);
  const rows = withoutRows || admitted.isEmpty ? null : rowsOf(admitted, receivedMs);
  const ofSpans = admitted.spans.flatMap((span) => {
    const { of, invocationId } = received(span, receivedMs);
    return invocationId === null || of.functionName === null ? [] : [{ of, invocationId }];
  });
  const invocations = hashesOf(ofSpans.length === 0 ? admitted.reports : [...ofSpans, ...admitted.reports]);
  const read: ChunkRead = { records: told.records, unknown: told.unknown.list(), byFormat, invocations, rows };
  const handedOver = rows === null ? [] : receivedTables.flatMap((table) => rows[table].chunks);
  port.postMessage(read, [invocations.buffer, ...handedOver.map(({ buffer }) => buffer as ArrayBuffer)]);
};
