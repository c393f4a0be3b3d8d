/** The example workflow, step by step on a runner of our own: the real action, the real measurement, a loopback GitHub. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { upsertComment } from '#benchmarks/src/ci/comment.js';
import { publishToGithub } from '#benchmarks/src/ci/github.js';
import { commands } from '#benchmarks/src/commands/index.js';
import { commentMarker } from '#benchmarks/src/report/markdown.js';
import { Trouble } from '#collector/index.js';
import { calmBench, hostileBench, largeBench, mixedBench, regressedBench } from '../../support/bench-results.ts';
import { removeDirectory, temporaryDirectory } from '../../support/collector.ts';
import { CommentsApi } from '../../support/comments-api.ts';
import { type Outcome, runJob } from '../../support/workflow-runner.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const ci = join(repository, 'benchmarks/ci');
const token = 'ghs_neverPrintThis0123456789';

let directory: string;
let api: CommentsApi;

beforeEach(async () => {
  directory = await temporaryDirectory();
  api = await CommentsApi.start();
});
afterEach(async () => {
  api.close();
  await removeDirectory(directory);
});

const writeEvent = async (event: object): Promise<string> => {
  const file = join(directory, 'event.json');
  await writeFile(file, JSON.stringify(event));
  return file;
};

describe('the example workflow', function () {
  this.timeout(300_000);

  const fast = 'export const handler = async () => ({ statusCode: 200 });\n';
  const slow = `import './report.mjs';\n${fast}`;
  const report = 'const end = performance.now() + 80;\nwhile (performance.now() < end);\nexport {};\n';

  it('makes a comment when a pull request is slower, and edits it when it no longer is', async () => {
    const origin = join(directory, 'origin.git');
    const workspace = join(directory, 'runner', 'shop');
    const git = (...args: string[]): string =>
      execFileSync(
        'git',
        ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...args],
        {
          cwd: workspace,
          encoding: 'utf8',
          timeout: 20_000,
        },
      );
    await mkdir(join(workspace, 'src'), { recursive: true });
    git('init', '-q', '--bare', origin);
    git('init', '-q');
    git('remote', 'add', 'origin', origin);
    await writeFile(
      join(workspace, 'package.json'),
      '{"name":"shop","version":"1.0.0","private":true,"type":"module"}\n',
    );
    await writeFile(
      join(workspace, 'package-lock.json'),
      '{"name":"shop","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"shop","version":"1.0.0"}}}\n',
    );
    await writeFile(join(workspace, 'src/orders.mjs'), fast);
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
    git('push', '-q', 'origin', 'HEAD:main');
    // The project's own coldlens, as a monorepo has it: in a folder above.
    const bin = join(directory, 'runner', 'node_modules', '.bin');
    await mkdir(bin, { recursive: true });
    await symlink(join(repository, 'benchmarks/bin/coldlens-bench.mjs'), join(bin, 'coldlens-bench'));

    const run = async (): Promise<Outcome> =>
      runJob(join(ci, 'example-workflow.yml'), 'coldlens', {
        workspace,
        temporary: join(directory, 'temp'),
        token,
        actions: { 'coldlens/coldlens/benchmarks/ci': ci },
        env: {
          PATH: process.env.PATH,
          HOME: directory,
          GITHUB_EVENT_NAME: 'pull_request',
          GITHUB_EVENT_PATH: await writeEvent({ action: 'synchronize', pull_request: { number: 7 } }),
          GITHUB_REPOSITORY: 'shop/api',
          GITHUB_API_URL: api.url,
          GITHUB_BASE_REF: 'main',
          COLDLENS_PAIRS: '20',
        },
      });

    await writeFile(join(workspace, 'src/report.mjs'), report);
    await writeFile(join(workspace, 'src/orders.mjs'), slow);
    git('add', '-A');
    git('commit', '-q', '-m', 'slower');
    api.add(`${commentMarker()}\nI am not coldlens`);
    const slower = await run();
    assert.equal(slower.ok, false, slower.log);
    assert.equal(slower.outputs.coldlens?.['exit-code'], '1', slower.log);
    assert.equal(api.comments.length, 2, slower.log);
    assert.match(slower.log, /coldlens: comment created: https:\/\/github\.example\/shop\/api\/pull\/7#2/);
    assert.match(slower.log, /^::error file=src\/\w+\.mjs,.*title=coldlens%3A src-orders%3A cold CPU/m);
    assert.match(slower.summary, /### coldlens: .*regressed/);
    assert.match(api.comments[1]?.body ?? '', /^<!-- coldlens:report -->\n### coldlens: .*regressed/);
    assert.match(api.comments[1]?.body ?? '', /report\.mjs/);
    const reports = slower.outputs.coldlens?.directory ?? '';
    assert.match(await readFile(join(reports, 'coldlens.html'), 'utf8'), /^<!doctype html>/);
    assert.match(await readFile(join(reports, 'coldlens-junit.xml'), 'utf8'), /failures="[1-9]/);
    assert.match(await readFile(join(reports, 'coldlens.svg'), 'utf8'), /regressed/);

    await writeFile(join(workspace, 'src/orders.mjs'), fast);
    git('commit', '-q', '-a', '-m', 'as before');
    const mended = await run();
    assert.equal(mended.outputs.coldlens?.['exit-code'], '0', mended.log);
    assert.equal(mended.ok, true, mended.log);
    assert.equal(api.comments.length, 2);
    assert.match(mended.log, /coldlens: comment edited/);
    assert.doesNotMatch(api.comments[1]?.body ?? '', /regressed/);
    assert.equal(api.comments[0]?.body, `${commentMarker()}\nI am not coldlens`);

    for (const { log, summary } of [slower, mended]) assert.ok(!`${log}${summary}`.includes(token));
    assert.ok(api.requests.every(({ authorization }) => authorization === `Bearer ${token}`));
  });
});

describe('the action', () => {
  const action = parse(readFileSync(join(ci, 'action.yml'), 'utf8'));

  it('puts no input into the text of a script', () => {
    for (const step of action.runs.steps) assert.doesNotMatch(step.run, /\$\{\{/, step.name);
  });

  it('shows the token to the last step alone', () => {
    const names = action.runs.steps
      .filter(({ env }: { env: object }) => JSON.stringify(env).includes('token'))
      .map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ['Report']);
  });

  it('refuses pull_request_target before anything else, and says why', () => {
    const [first] = action.runs.steps;
    try {
      execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', first.run], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, GITHUB_EVENT_NAME: 'pull_request_target', RUNNER_TEMP: directory },
      });
      assert.fail('it started');
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      assert.equal(status, 2);
      assert.match(stdout, /^::error title=coldlens::.*Use on: pull_request\.\n$/);
    }
  });

  it('has its inputs described in the README, and names options that bench has', () => {
    const readme = readFileSync(join(ci, 'README.md'), 'utf8');
    for (const name of Object.keys(action.inputs)) assert.match(readme, new RegExp(`^\\| \`${name}\` `, 'm'));
    const options = Object.keys(commands.find(({ name }) => name === 'bench')?.options ?? {});
    const scripts = action.runs.steps.map(({ run }: { run: string }) => run).join('\n');
    const gitlab = readFileSync(join(ci, 'gitlab.yml'), 'utf8');
    const used = [...`${scripts}\n${gitlab}\n${readme}`.matchAll(/ --([a-z][a-z-]*)/g)].map(([, name]) => name ?? '');
    const foreign = new Set(['no-save', 'no-audit', 'no-fund', 'prefix', 'no-tags', 'depth', 'is-shallow-repository']);
    for (const name of used.filter((option) => !foreign.has(option))) assert.ok(options.includes(name), `--${name}`);
  });

  it('has a snippet for GitLab that is YAML and keeps its reports', () => {
    const { coldlens } = parse(readFileSync(join(ci, 'gitlab.yml'), 'utf8'));
    assert.deepEqual(coldlens.artifacts.reports, {
      junit: 'coldlens-junit.xml',
      codequality: 'coldlens-code-quality.json',
    });
    assert.equal(coldlens.artifacts.when, 'always');
  });
});

describe('publishing to GitHub', () => {
  const environment = async (event: object = { pull_request: { number: 7 } }): Promise<NodeJS.ProcessEnv> => ({
    GITHUB_EVENT_PATH: await writeEvent(event),
    GITHUB_REPOSITORY: 'shop/api',
    GITHUB_API_URL: api.url,
    GITHUB_TOKEN: token,
    GITHUB_STEP_SUMMARY: join(directory, 'summary.md'),
  });
  const publish = async (result = regressedBench, env?: NodeJS.ProcessEnv, comment: string | null = 'report') => {
    const printed: string[] = [];
    const print = (text: string): void => void printed.push(text);
    await publishToGithub(result, { env: env ?? (await environment()), comment, print });
    return printed.join('');
  };

  it('creates, then edits, one comment a name', async () => {
    assert.match(await publish(), /comment created/);
    assert.match(await publish(calmBench), /comment edited/);
    assert.match(await publish(mixedBench, undefined, 'edge'), /comment created/);
    assert.equal(api.comments.length, 2);
    assert.match(api.comments[0]?.body ?? '', /1 of 2 functions unchanged/);
  });

  it('finds its comment behind 250 others, and never takes over a stranger', async () => {
    for (let index = 0; index < 250; index += 1) api.add(`${commentMarker()}\nimpostor ${index}`);
    assert.match(await publish(), /comment created/);
    assert.match(await publish(calmBench), /comment edited/);
    assert.equal(api.comments.length, 251);
    assert.equal(api.comments.filter(({ body }) => body.includes('impostor')).length, 250);
  });

  it('knows its own comments when the token is a person', async () => {
    api.login = 'maintainer';
    api.add(`${commentMarker()}\nof a bot`, 'other[bot]', 'Bot');
    assert.match(await publish(), /comment created/);
    assert.match(await publish(), /comment edited/);
    assert.equal(api.comments[0]?.body, `${commentMarker()}\nof a bot`);
  });

  it('says that a token may not write, and fails nothing', async () => {
    api.isReadOnly = true;
    const log = await publish();
    assert.match(log, /no comment\. GitHub answered 403: the token may not write.*from a fork/);
    assert.match(await readFile(join(directory, 'summary.md'), 'utf8'), /1 of 2 functions regressed/);
  });

  it('tries again when GitHub stumbles', async () => {
    api.failures.push(502);
    assert.match(await publish(), /comment created/);
    assert.equal(api.comments.length, 1);
  });

  it('never makes a comment twice: a failed POST is not repeated', async () => {
    const target = { apiUrl: api.url, repository: 'shop/api', number: 7, token };
    api.failures.push(403, 200, 500);
    await assert.rejects(upsertComment(target, 'x'), (error) => {
      assert.ok(error instanceof Trouble && error.exitCode === 3);
      assert.match(error.message, /GitHub answered 500/);
      assert.doesNotMatch(`${error.message}${error.next}`, /ghs_/);
      return true;
    });
    assert.equal(api.requests.filter(({ method }) => method === 'POST').length, 1);
  });

  it('says that GitHub is not there, without the token', async () => {
    const env = await environment();
    api.close();
    await assert.rejects(publish(regressedBench, env), (error) => {
      assert.ok(error instanceof Trouble);
      assert.match(error.message, /127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)/);
      assert.doesNotMatch(`${error.message}${error.next}`, /ghs_/);
      return true;
    });
  });

  it('makes no comment where no pull request started the job', async () => {
    assert.match(
      await publish(regressedBench, await environment({ ref: 'refs/heads/main' })),
      /no pull request started/,
    );
    assert.equal(api.requests.length, 0);
  });

  it('makes no comment where none is wanted', async () => {
    await publish(regressedBench, undefined, null);
    assert.equal(api.requests.length, 0);
  });

  it("adds to a summary that others began, within GitHub's limit", async () => {
    const env = await environment();
    const file = env.GITHUB_STEP_SUMMARY ?? '';
    await writeFile(file, `${'x'.repeat(1_030_000)}\n`);
    await publish(largeBench, env);
    const text = await readFile(file, 'utf8');
    assert.ok(Buffer.byteLength(text) <= 1_048_576);
    assert.match(text, /x\n\n<!-- coldlens:report -->\n### coldlens: 20 of 200/);
  });

  it("keeps a comment within GitHub's limit, whatever functions are called", async () => {
    for (const result of [largeBench, hostileBench]) {
      await publish(result);
      assert.ok((api.comments[0]?.body.length ?? 0) <= 65_536);
    }
  });

  const refused: readonly [string, NodeJS.ProcessEnv, RegExp][] = [
    ['no token', { GITHUB_TOKEN: '' }, /GITHUB_TOKEN is not set/],
    ['an address without https', { GITHUB_API_URL: 'http://github.example' }, /no https address/],
    ['no address', { GITHUB_API_URL: 'nonsense' }, /no https address/],
    ['a repository that is none', { GITHUB_REPOSITORY: '../../user' }, /not of the form OWNER\/NAME/],
    ['an event that is not there', { GITHUB_EVENT_PATH: '/nowhere/event.json' }, /cannot be read/],
  ];
  for (const [name, change, reason] of refused) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(publish(regressedBench, { ...(await environment()), ...change }), (error) => {
        assert.ok(error instanceof Trouble && error.exitCode === 2);
        assert.match(error.message, reason);
        return true;
      });
      assert.equal(api.requests.length, 0);
    });
  }
});
