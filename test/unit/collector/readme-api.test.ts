/** collector/README.md lists all that can be asked, in the words of the table that answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { operations } from '#collector/api/operations.js';
import { questions } from '#collector/api/questions.js';

const page = readFileSync(new URL('../../../collector/README.md', import.meta.url), 'utf8');

describe('what can be asked', () => {
  it('stands on the page', () => {
    const listed = [...page.matchAll(/^\| `(\/api\/[^`]+)` \| (.+) \|$/gm)].map(([, path, text]) => [path, text]);
    assert.deepEqual(
      listed,
      operations.map(({ path, summary }) => [path, summary]),
    );
  });

  it('can be asked of a collector elsewhere', () => {
    const asked = Object.values(questions).map(({ path }) => path);
    assert.deepEqual(asked.sort(), operations.map(({ path }) => path).sort());
  });
});
