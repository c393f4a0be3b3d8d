/** Texts compared with files; `UPDATE_GOLDEN=1` writes these anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/** @param directory ends with a slash */
export const goldenIn =
  (directory: URL) =>
  (file: string, actual: string): void => {
    const path = new URL(file, directory);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual);
    assert.equal(actual, readFileSync(path, 'utf8'));
  };
