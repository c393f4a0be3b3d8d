/**
 * Random ids. `node:crypto` would cost the cold start 5 ms; ids need to differ, not to be secret.
 *
 * Copies of one snapshot (SnapStart) have the same `Math.random()` ahead of them, and would give their traces the same
 * ids. There the kernel's randomness is asked, which the platform renews at every restore:
 * https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html
 */

const random32 = (): string =>
  Math.floor(Math.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');

/** Set by the bundler: false where there is no Node, nor any snapshot. */
declare const COLDLENS_NODE: boolean | undefined;
const isNode = typeof COLDLENS_NODE === 'undefined' || COLDLENS_NODE;

/** @param words of 8 hex digits */
const fromKernel = (words: number): string => {
  const { openSync, readSync, closeSync } = process.getBuiltinModule('node:fs');
  const device = openSync('/dev/urandom', 'r');
  const bytes = Buffer.alloc(4 * words);
  readSync(device, bytes);
  closeSync(device);
  return bytes.toString('hex');
};

const randomId = (words: number): string => {
  const isCopy = isNode && process.env.AWS_LAMBDA_INITIALIZATION_TYPE === 'snap-start';
  const id = isCopy ? fromKernel(words) : Array.from({ length: words }, random32).join('');
  return /^0+$/.test(id) ? randomId(words) : id;
};

/** 32 hex digits, never all zero. */
export const randomTraceId = (): string => randomId(4);
/** 16 hex digits, never all zero. */
export const randomSpanId = (): string => randomId(2);
