/** The thread that decodes: one group of bodies after the other. What it cannot decode is an outcome; a defect ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import { KnownFunctions, type SharedKnownFunctions } from '../../model/known-functions.ts';
import { receivedTables } from '../../store/batch.ts';
import { decodeBodies } from '../decode.ts';
import type { Done, Work } from './messages.ts';

const port = parentPort;
const known = KnownFunctions.shared(workerData as SharedKnownFunctions);
if (port === null) throw new Error('decode-worker is a thread of the collector');

/** Microseconds. Node 22 cannot tell one thread's from another's: there the time on the clock has to do. */
const cpuUs = (): number => {
  const used = process.threadCpuUsage?.();
  return used === undefined ? performance.now() * 1_000 : used.user + used.system;
};

port.on('message', ({ receivedMs, bodies }: Work) => {
  const began = cpuUs();
  const decoded = decodeBodies(bodies, receivedMs, known);
  const { rows } = decoded;
  const handedOver =
    rows === null ? [] : receivedTables.flatMap((table) => rows[table].chunks.map(({ buffer }) => buffer));
  port.postMessage({ ...decoded, cpuUs: cpuUs() - began } satisfies Done, handedOver as ArrayBuffer[]);
});
