/** Reports compared with files; `UPDATE_GOLDEN=1` writes these anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

export const compareWithGolden = (file: string, actual: string): void => {
  const path = new URL(`./golden/${file}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, 'utf8'));
};
