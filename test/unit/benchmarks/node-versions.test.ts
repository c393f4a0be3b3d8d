/** Which Node functions are started on, with an npm of the test's own: nothing is fetched. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { type NodeVersionOptions, nodeExecutable } from '#benchmarks/src/measure/node-versions.js';
import { Trouble } from '#collector/trouble.js';
import { makeProject, type Project } from '../../support/project.ts';
import { until } from '../../support/until.ts';

const packageName = `node-${process.platform}-${process.arch}`;
const executable = `node_modules/${packageName}/bin/node`;

/** Does what npm does for these packages; the version is what was asked for. */
const npm = `#!/bin/sh
for spec; do :; done
echo "$spec" >> "$(dirname "$0")/../calls"
sleep 0.2
mkdir -p "$(dirname ${executable})"
printf '#!/bin/sh\\necho v%s.1.2\\n' "\${spec##*@}" > ${executable}
chmod +x ${executable}
`;

describe('a Node', () => {
  let project: Project;
  const { PATH } = process.env;
  beforeEach(() => {
    project = makeProject();
    fakeNpm(npm);
  });
  afterEach(() => {
    process.env.PATH = PATH;
    project.remove();
  });

  const fakeNpm = (script: string): void => {
    project.write({ 'bin/npm': script });
    chmodSync(project.path('bin/npm'), 0o755);
    process.env.PATH = `${project.path('bin')}:${PATH}`;
  };
  const find = (wanted: string, options: NodeVersionOptions = {}) =>
    nodeExecutable(wanted, { cache: project.path('cache'), ...options });
  const refused = async (
    wanted: string,
    code: number,
    message: RegExp,
    options?: NodeVersionOptions,
  ): Promise<void> => {
    await assert.rejects(find(wanted, options), (error) => {
      assert.ok(error instanceof Trouble, String(error));
      assert.equal(error.exitCode, code);
      assert.match(error.message, message);
      return true;
    });
  };

  it('is this one, by its version', async () => {
    const own = { executable: process.execPath, version: process.versions.node };
    const [major = '', minor = ''] = process.versions.node.split('.');
    for (const wanted of [major, `${major}.${minor}`, process.versions.node]) assert.deepEqual(await find(wanted), own);
  });

  it('is a file, by its path', async () => {
    assert.equal((await find(process.execPath)).version, process.versions.node);
    project.write({ no: '#!/bin/sh\necho 24\n', text: 'text' });
    chmodSync(project.path('no'), 0o755);
    await refused(project.path('no'), 2, /neither a version of Node nor the path of one/);
    await refused(project.path('text'), 2, /neither a version/);
    await refused('twenty', 2, /"twenty" is neither/);
    await refused('8', 2, /Node 8 is too old/);
  });

  it('is fetched from npm once, and whole or not at all', async () => {
    const said: string[] = [];
    const found = await find('19', { onInstall: (line) => said.push(line) });
    assert.deepEqual(found, { executable: project.path(`cache/19/${executable}`), version: '19.1.2' });
    assert.equal(said.length, 1);
    assert.deepEqual(await find('19', { onInstall: (line) => said.push(line) }), found);
    assert.equal(said.length, 1);
    assert.deepEqual(readdirSync(project.path('cache')), ['19']);
  });

  it('is fetched by several runs at once', async () => {
    const found = await Promise.all(['19', '19', '19'].map((wanted) => find(wanted)));
    assert.deepEqual(new Set(found.map(({ version }) => version)), new Set(['19.1.2']));
    assert.deepEqual(readdirSync(project.path('cache')), ['19']);
  });

  it('replaces one that does not run', async () => {
    project.write({ [`cache/19/${executable}`]: 'half' });
    assert.equal((await find('19')).version, '19.1.2');
    assert.deepEqual(readdirSync(project.path('cache')), ['19']);
  });

  for (const [title, script, code, message] of [
    [
      'without the registry',
      'echo "npm error code ENOTFOUND" >&2; exit 1',
      3,
      /npm's registry, which has it, cannot be reached/,
    ],
    ['that does not exist', 'echo "npm error code ETARGET" >&2; exit 1', 2, /npm has no Node 19 for/],
    [
      'that npm fails at',
      'echo "npm error strange\nmore" >&2; exit 7',
      3,
      /npm could not bring Node 19: npm error strange\./,
    ],
    ['when npm hangs', 'exec sleep 30', 3, /npm did not bring Node 19 within 0\.5 s/],
    ['that does not run here', 'exit 0', 3, /does not run on this machine/],
  ] as const) {
    it(`is told ${title}`, async () => {
      fakeNpm(`#!/bin/sh\n${script}\n`);
      await refused('19', code, message, { installMaxMs: 500 });
      assert.deepEqual(
        readdirSync(project.path('cache')).filter((name) => name.startsWith('.')),
        [],
      );
    });
  }

  it('is no longer fetched when the run is stopped', async () => {
    fakeNpm('#!/bin/sh\necho started > "$(dirname "$0")/../calls"\nexec sleep 30\n');
    const stop = new AbortController();
    const found = find('19', { signal: stop.signal });
    found.catch(() => undefined);
    await until('npm runs', () => existsSync(project.path('calls')));
    const reason = new Error('interrupted');
    stop.abort(reason);
    await assert.rejects(found, reason);
    assert.equal(readdirSync(project.path('cache')).length, 0);
  });

  it('is told when there is no npm, or no place', async () => {
    process.env.PATH = project.directory;
    await refused('19', 3, /npm, which would fetch it, cannot be started/);
    project.write({ file: '' });
    await refused('19', 3, /Node 19 cannot be kept in .*file\/cache/, { cache: project.path('file/cache') });
  });
});
