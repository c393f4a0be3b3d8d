import assert from 'node:assert/strict';
import { importFormatNames } from '#collector/import/format-names.js';
import { importFormats } from '#collector/import/formats.js';

describe('the names of formats', () => {
  it('are those of the formats, in their order', () => {
    assert.deepEqual(
      importFormats.map(({ name }) => name),
      importFormatNames,
    );
  });
});
