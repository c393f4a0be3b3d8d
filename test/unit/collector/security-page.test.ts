/** SECURITY.md names a test for each threat; each must be there, under that name. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(`${root}collector/SECURITY.md`, 'utf8');
const rows = [...page.matchAll(/^\|.*\| `([^`]+\.test\.ts)`: (.+) \|$/gm)].map(([, file = '', title = '']) => ({
  file,
  title,
}));

/** The full titles of a file's tests, as mocha finds them; none of them is run. */
function titlesOf(files: readonly string[]): ReadonlyMap<string, string[]> {
  const mocha = fileURLToPath(import.meta.resolve('mocha/bin/mocha.js'));
  const args = [mocha, '--dry-run', '--reporter', 'json', ...files.map((file) => `test/${file}`)];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { tests } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { tests: { file: string; fullTitle: string }[] };
  const found = Map.groupBy(tests, ({ file }) => file.slice(`${root}test/`.length));
  return new Map([...found].map(([file, all]) => [file, all.map(({ fullTitle }) => fullTitle)]));
}

describe('the threats of SECURITY.md', () => {
  it('have a test each', () => {
    const lines = page.split('\n').filter((line) => /^\| (?!threat|---)/.test(line));
    assert.equal(rows.length, lines.length);
    assert.ok(rows.length > 40);
  });

  it('name tests that are there', function () {
    this.timeout(60_000);
    const files = [...new Set(rows.map(({ file }) => file))];
    for (const file of files) assert.ok(existsSync(`${root}test/${file}`), file);
    const titles = titlesOf(files);
    for (const { file, title } of rows) {
      assert.ok(
        titles.get(file)?.some((found) => found.includes(title)),
        `${file} has no test "${title}"`,
      );
    }
  });
});
