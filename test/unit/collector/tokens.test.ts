/** Tokens as text. What is said of a bad line names its number, and never a word of it. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessOf } from '#collector/receive/access.js';
import { digestOf } from '#collector/receive/gate.js';
import { parseTokens } from '#collector/receive/tokens.js';
import { Trouble } from '#collector/trouble.js';

const secret = 'S3cret-token~of.the_functions+/==';

describe('tokens as text', () => {
  it('are a scope and a token a line, or its SHA-256', () => {
    const text = `# functions\r\n\n  write   ${secret}\nread,admin sha256:${digestOf('x').toString('hex').toUpperCase()}\n`;
    assert.deepEqual(parseTokens(text, 'f'), [
      { digest: digestOf(secret), scopes: new Set(['write']) },
      { digest: digestOf('x'), scopes: new Set(['read', 'admin']) },
    ]);
    assert.equal(parseTokens(`write ${secret};read ${secret}=;`, 'f').length, 2);
  });

  for (const [text, what] of [
    ['', /^f holds no token\.$/],
    ['# nothing\n', /^f holds no token\.$/],
    [`${secret}\n`, /^Line 1 of f is not a scope and a token\.$/],
    [`\nwrite ${secret} ${secret}`, /^Line 2 of f is not a scope and a token\.$/],
    [`${secret} write`, /^Line 1 of f begins with an unknown scope\.$/],
    [`__proto__ ${secret}`, /^Line 1 of f begins with an unknown scope\.$/],
    [`write ${secret}é`, /^Line 1 of f has a token that fits no header\.$/],
    ['write S3cret', /^Line 1 of f has a token that is too short or too long\.$/],
    [`write ${'S3cret'.repeat(100)}`, /^Line 1 of f has a token that is too short or too long\.$/],
    ['write sha256:S3cret', /^Line 1 of f has no SHA-256 of 64 hex digits\.$/],
    [`write ${secret};`.repeat(1001), /^f holds more than 1000 tokens\.$/],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))} without repeating it`, () => {
      assert.throws(
        () => parseTokens(text, 'f'),
        (error) => {
          assert.ok(error instanceof Trouble);
          assert.match(error.message, what);
          assert.equal(error.exitCode, 2);
          assert.ok(!`${error.message} ${error.next} ${error.stack}`.includes('S3cret'));
          return true;
        },
      );
    });
  }
});

describe('the file of tokens', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'coldlens-test-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('is its owner’s alone', async () => {
    const file = join(directory, 'tokens');
    await writeFile(file, `write ${secret}\n`, { mode: 0o600 });
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(file, mode);
      const message = `The tokens in ${file} are open to other users.`;
      assert.throws(() => accessOf({ file }), {
        name: 'Trouble',
        exitCode: 2,
        message,
        next: `Run: chmod 600 ${file}`,
      });
    }
    await chmod(file, 0o400);
    const access = accessOf({ file });
    assert.deepEqual(access.tokens(), [{ digest: digestOf(secret), scopes: new Set(['write']) }]);
    access.stop();
  });

  it('must be there', () => {
    assert.throws(() => accessOf({ file: join(directory, 'none') }), {
      name: 'Trouble',
      exitCode: 2,
      message: /ENOENT/,
    });
  });

  it('is not needed where everyone on this machine may do everything', () => {
    assert.equal(accessOf({}).tokens(), null);
  });
});
