/** Random ids. `node:crypto` would cost the cold start 5 ms; ids need to differ, not to be secret. */

const random32 = (): string =>
  Math.floor(Math.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');

const randomId = (words: number): string => {
  let id = '';
  for (let word = 0; word < words; word += 1) id += random32();
  return /^0+$/.test(id) ? randomId(words) : id;
};

/** 32 hex digits, never all zero. */
export const randomTraceId = (): string => randomId(4);
/** 16 hex digits, never all zero. */
export const randomSpanId = (): string => randomId(2);
