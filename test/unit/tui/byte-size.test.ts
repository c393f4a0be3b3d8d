import assert from 'node:assert/strict';
import { Trouble } from '#collector/index.js';
import { byteSize } from '#tui/cli/readers.js';

const read = byteSize(1);

describe('a size in bytes', () => {
  for (const [text, bytes] of [
    ['1048576', 1_048_576],
    ['500MB', 524_288_000],
    ['2gb', 2_147_483_648],
    ['1.5 GB', 1_610_612_736],
    ['2048KB', 2_097_152],
  ] as const) {
    it(`is read from ${text}`, () => assert.equal(read(text, '--buffer-limit'), bytes));
  }

  for (const text of ['', '0', '1023KB', '-1GB', '1e9', '2 G', '2GiB', 'GB', '1,5GB']) {
    it(`is refused as ${JSON.stringify(text)}, with the bound`, () =>
      assert.throws(
        () => read(text, '--buffer-limit'),
        (error) => error instanceof Trouble && error.exitCode === 2 && /--buffer-limit .* 1MB/.test(error.message),
      ));
  }
});
