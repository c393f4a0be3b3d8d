import assert from 'node:assert/strict';
import { parseTarget } from '#collector/store/target.js';
import { Trouble } from '#collector/trouble.js';

describe('a ClickHouse URL', () => {
  it('gives user, password and database', () => {
    assert.deepEqual(parseTarget('https://me:p%40ss@db.example:8443/traces'), {
      origin: 'https://db.example:8443',
      username: 'me',
      password: 'p@ss',
      database: 'traces',
    });
  });

  it('falls back to the default user and the database coldlens', () => {
    const { username, password, database } = parseTarget('http://127.0.0.1:8123');
    assert.deepEqual({ username, password, database }, { username: 'default', password: '', database: 'coldlens' });
  });

  for (const url of [
    'db.example:8123',
    'tcp://u:secret@h:9000',
    'http://u:secret@h/a b',
    'http://u:secret@h/`x`',
    'http://u:secret@h/?x=1',
    'http://u:secret%zz@h/',
  ]) {
    it(`is refused without its password being named: ${url}`, () => {
      assert.throws(
        () => parseTarget(url),
        (error) =>
          error instanceof Trouble && error.exitCode === 2 && !`${error.message}${error.next}`.includes('secret'),
      );
    });
  }
});
