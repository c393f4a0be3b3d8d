/** Made-up lines of Lambda's log, as an export task to S3 writes them. */
import { createHash } from 'node:crypto';

/** A UUID, the same for the same number. */
export const idOf = (number: number, of = 'invocation'): string =>
  createHash('md5')
    .update(`${of} ${number}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export interface LogInput {
  invocations: number;
  /** Of the last one. */
  endMs: number;
  /** What ids are made of. */
  of?: string;
}

/** START, a line of the function, END and REPORT of each; every tenth is cold. */
export const lambdaLog = ({ invocations, endMs, of }: LogInput): string =>
  Array.from({ length: invocations }, (_, number) => {
    const at = new Date(endMs - (invocations - number) * 100).toISOString();
    const id = idOf(number, of);
    const init = number % 10 === 0 ? 'Init Duration: 400.00 ms\t' : '';
    return [
      `${at} START RequestId: ${id} Version: $LATEST`,
      `${at} ${at}\t${id}\tINFO\tof the function`,
      `${at} END RequestId: ${id}`,
      `${at} REPORT RequestId: ${id}\tDuration: 20.00 ms\tBilled Duration: 20 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t${init}`,
      '',
    ].join('\n');
  }).join('');
