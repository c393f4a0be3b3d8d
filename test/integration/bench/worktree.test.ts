import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commitOf } from '#benchmarks/src/base/git.js';
import { type BaseOptions, prepareBase } from '#benchmarks/src/base/worktree.js';
import { until } from '../../support/until.ts';

describe('the base of a comparison', () => {
  let parent: string;
  let top: string;

  /** Nothing of the machine's own configuration. */
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
      cwd: top,
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const write = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(top, name)), { recursive: true });
      writeFileSync(join(top, name), text);
    }
  };
  const commit = (files: Record<string, string>): string => {
    write(files);
    git('add', '--all');
    git('commit', '--quiet', '--message', 'change');
    return git('rev-parse', 'HEAD');
  };
  const leftovers = (): string[] => readdirSync(parent).filter((name) => name.startsWith('coldlens-base-'));
  const worktrees = (): number => git('worktree', 'list').split('\n').length;
  const isClean = (): void => {
    assert.deepEqual(leftovers(), []);
    assert.equal(worktrees(), 1);
  };
  const open = (more: Partial<BaseOptions> = {}) => prepareBase({ ref: 'main', cwd: top, ...more });

  /** A project with one dependency in a folder of its own: npm needs no network for it. */
  const lockedProject = (version: string, more: Record<string, unknown> = {}): Record<string, string> => {
    const dependencies = { tool: 'file:./tool' };
    const manifest = { name: 'project', version: '1.0.0', dependencies };
    const packages = {
      '': manifest,
      'node_modules/tool': { resolved: 'tool', link: true },
      tool: { name: 'tool', version },
    };
    return {
      'package.json': JSON.stringify({ ...manifest, ...more }),
      'package-lock.json': JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
      'tool/package.json': JSON.stringify({ name: 'tool', version, main: 'index.js' }),
      'tool/index.js': `module.exports = '${version}';`,
      '.gitignore': 'node_modules/\ndist/\n',
    };
  };

  beforeEach(() => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'coldlens-worktree-')));
    top = join(parent, 'project');
    mkdirSync(top);
    git('init', '--quiet', '--initial-branch=main');
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('is the commit that was asked for, beside the repository, and goes without a trace', async () => {
    const old = commit({ 'src/handler.js': 'old', 'src/gone.js': 'gone' });
    git('branch', 'before');
    commit({ 'src/handler.js': 'new', 'src/added.js': 'added' });
    write({ 'src/handler.js': 'not committed' });
    const steps: string[] = [];
    const base = await open({ ref: 'before', cwd: join(top, 'src'), say: (step) => steps.push(step) });
    assert.equal(base.commit, old);
    assert.equal(dirname(base.top), parent);
    assert.equal(base.directory, join(base.top, 'src'));
    assert.equal(readFileSync(base.pathOf(join(top, 'src/handler.js')) as string, 'utf8'), 'old');
    assert.equal(base.pathOf(join(top, 'src/added.js')), null);
    assert.equal(base.pathOf('/etc/passwd'), null);
    assert.equal(readFileSync(join(top, 'src/handler.js'), 'utf8'), 'not committed');
    assert.match(steps.join(), /checking out before/);
    await base.remove();
    await base.remove();
    isClean();
    assert.equal(git('status', '--porcelain'), 'M src/handler.js');
    assert.notEqual(await commitOf(top, 'HEAD'), old);
  });

  it('takes tags, ids and relatives, and refuses what only looks like a ref', async () => {
    const first = commit({ a: '1' });
    git('tag', 'v1');
    commit({ a: '2' });
    for (const ref of ['v1', first, first.slice(0, 10), 'HEAD~1', 'main^', 'main@{0}~1']) {
      const base = await open({ ref });
      assert.equal(base.commit, first, ref);
      await base.remove();
    }
    write({ 'new/a': '1' });
    await assert.rejects(open({ cwd: join(top, 'new') }), { message: /main has no folder new/ });
    for (const ref of ['', '--upload-pack=touch x', '-f', 'a b', 'main..v1', 'main:a', ':/change', 'a\nb', '$(x)*']) {
      await assert.rejects(open({ ref }), { name: 'Trouble', exitCode: 2, message: /is no name of a commit/ }, ref);
    }
    await assert.rejects(open({ ref: 'origin/nope' }), { exitCode: 3, message: /There is no commit origin\/nope/ });
    isClean();
  });

  it('runs no hook of the repository, and obeys no git that runs us', async () => {
    commit({ a: '1' });
    const hook = join(top, '.git/hooks/post-checkout');
    writeFileSync(hook, `#!/bin/sh\ntouch ${parent}/hooked`, { mode: 0o755 });
    process.env.GIT_DIR = '/not/there';
    try {
      await (await open()).remove();
    } finally {
      delete process.env.GIT_DIR;
    }
    assert.equal(existsSync(join(parent, 'hooked')), false);
  });

  it('explains a shallow clone, and what is no repository', async () => {
    commit({ a: '1' });
    commit({ a: '2' });
    const clone = join(parent, 'clone');
    git('clone', '--quiet', '--depth=1', `file://${top}`, clone);
    await assert.rejects(open({ cwd: clone, ref: 'origin/release' }), {
      message: /is shallow and does not hold origin\/release/,
      next: /git fetch --depth=1 origin release:refs\/remotes\/origin\/release.*fetch-depth: 0/,
    });
    await assert.rejects(open({ cwd: parent }), { message: /lies in no git repository/ });
    assert.equal(await commitOf(parent, 'HEAD'), null);
  });

  it('installs by the lockfile, without the scripts of packages', async () => {
    const scripts = { install: `touch ${parent}/scripted` };
    commit(lockedProject('1.0.0', { scripts }));
    git('branch', 'before');
    commit(lockedProject('2.0.0', { scripts }));
    const steps: string[] = [];
    const base = await open({ ref: 'before', say: (step) => steps.push(step) });
    try {
      const tool = join(base.directory, 'node_modules/tool/index.js');
      assert.match(readFileSync(tool, 'utf8'), /1\.0\.0/);
      assert.match(steps.join(), /npm ci on the base/);
      assert.equal(existsSync(join(parent, 'scripted')), false);
    } finally {
      await base.remove();
    }
    const scripted = await open({ ref: 'before', allowScripts: true });
    await scripted.remove();
    assert.equal(existsSync(join(parent, 'scripted')), true);
    isClean();
  }).timeout(60_000);

  it("takes over the head's packages where the lockfile is the same", async () => {
    commit({ ...lockedProject('1.0.0'), 'packages/api/package.json': '{"name":"api"}' });
    write({
      'node_modules/dep/index.js': 'dependency',
      'node_modules/.bin/dep': 'bin',
      'packages/api/node_modules/inner/index.js': 'inner',
    });
    symlinkSync('../packages/api', join(top, 'node_modules/api'));
    symlinkSync(join(top, 'tool'), join(top, 'node_modules/absolute'));
    const steps: string[] = [];
    const base = await open({ projects: [join(top, 'packages/api'), top], say: (step) => steps.push(step) });
    const at = (name: string): string => join(base.directory, name);
    assert.match(steps.join(), /lockfile is the same/);
    assert.doesNotMatch(steps.join(), /npm ci/);
    assert.equal(statSync(at('node_modules/dep/index.js')).ino, statSync(join(top, 'node_modules/dep/index.js')).ino);
    assert.equal(readFileSync(at('packages/api/node_modules/inner/index.js'), 'utf8'), 'inner');
    assert.equal(realpathSync(at('node_modules/api')), at('packages/api'));
    assert.equal(realpathSync(at('node_modules/absolute')), at('tool'));
    await base.remove();
    assert.equal(readFileSync(join(top, 'node_modules/dep/index.js'), 'utf8'), 'dependency');
    isClean();
  });

  it('builds, on files of its own', async () => {
    commit(lockedProject('1.0.0'));
    write({ 'node_modules/dep/index.js': 'dependency' });
    const build = 'mkdir -p dist && echo built > dist/handler.js && echo patched > node_modules/dep/index.js';
    const base = await open({ build });
    assert.equal(readFileSync(join(base.directory, 'dist/handler.js'), 'utf8'), 'built\n');
    assert.equal(readFileSync(join(top, 'node_modules/dep/index.js'), 'utf8'), 'dependency');
    await base.remove();
    isClean();
  });

  it('says in one sentence why a base does not build, and leaves nothing', async () => {
    commit({ a: '1' });
    await assert.rejects(open({ build: 'echo "no such target" >&2; exit 4' }), {
      name: 'Trouble',
      exitCode: 3,
      message: /^The build of main .* ended with exit code 4\. It said: no such target$/,
    });
    isClean();
  });

  it('says why it cannot be installed, and leaves nothing', async () => {
    const { 'package-lock.json': _, ...unlocked } = lockedProject('1.0.0');
    commit(unlocked);
    await assert.rejects(open(), { message: /has dependencies but no lockfile/, next: /package-lock\.json/ });
    commit({ ...lockedProject('1.0.0'), 'package-lock.json': '{"lockfileVersion":3,"packages":{}}' });
    await assert.rejects(open(), { message: /^npm ci on the base ended with exit code 1\. It said: / });
    isClean();
  }).timeout(60_000);

  const hasPnpm = ['pnpm'].some((name) => (process.env.PATH ?? '').split(':').some((at) => existsSync(join(at, name))));
  (hasPnpm ? it.skip : it)('names a package manager that is not there', async () => {
    commit({ 'package.json': '{"dependencies":{"x":"1"}}', 'pnpm-lock.yaml': 'lockfileVersion: "9.0"\n' });
    await assert.rejects(open(), { message: /needs pnpm, which is not installed/ });
    isClean();
  });

  it('ends a build with all that it started, and cleans up, when told to stop', async () => {
    commit({ a: '1' });
    const pids = join(parent, 'pids');
    const stop = new AbortController();
    const build = `setsid sleep 300 & echo $! > ${pids}; echo $$ >> ${pids}; sleep 300`;
    const opening = open({ build, signal: stop.signal });
    opening.catch(() => undefined);
    await until('it builds', () => existsSync(pids) && readFileSync(pids, 'utf8').split('\n').length > 2);
    const reason = new Error('interrupted');
    stop.abort(reason);
    await assert.rejects(opening, reason);
    isClean();
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) {
      await until(`${pid} has gone`, () => !existsSync(`/proc/${pid}`) || /Z/.test(stateOf(pid)), 2_000);
    }
  });

  const stateOf = (pid: string): string =>
    /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  const worktreeModule = fileURLToPath(new URL('../../../benchmarks/dist/src/base/worktree.js', import.meta.url));
  /** A process of its own that opens the base and waits. */
  const opener = async (atSignal: string): Promise<ChildProcess> => {
    const source = `import { prepareBase } from ${JSON.stringify(worktreeModule)};
      ${atSignal}
      await prepareBase({ ref: 'main', cwd: ${JSON.stringify(top)} });
      console.log('open'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    assert.equal(leftovers().length, 1);
    return child;
  };
  const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve));

  it('goes with a process that exits in the middle', async () => {
    commit({ a: '1' });
    const child = await opener(`process.on('SIGINT', () => process.exit(130));`);
    const end = ended(child);
    child.kill('SIGINT');
    assert.equal(await end, 130);
    isClean();
  });

  it('goes at the next time where the process was killed', async () => {
    commit({ a: '1' });
    const child = await opener('');
    const end = ended(child);
    child.kill('SIGKILL');
    await end;
    assert.equal(leftovers().length, 1);
    const base = await open();
    assert.equal(leftovers().length, 1);
    await base.remove();
    isClean();
  });
});
