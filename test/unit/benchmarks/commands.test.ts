/** `why` and `bench`: from a command line to what they are asked to do, and the words for what is wrong. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Config, configFileName, readConfig, resolveOptions } from '#benchmarks/src/cli/index.js';
import { benchRequest } from '#benchmarks/src/commands/bench.js';
import { commands, sections } from '#benchmarks/src/commands/index.js';
import { benchOptions, whyOptions } from '#benchmarks/src/commands/options.js';
import type { BenchRequest, WhyRequest } from '#benchmarks/src/commands/requests.js';
import { whyRequest } from '#benchmarks/src/commands/why.js';
import { Trouble } from '#collector/trouble.js';
import { makeProject, type Project } from '../../support/project.ts';

const launcher = fileURLToPath(new URL('../../../benchmarks/bin/coldlens-bench.mjs', import.meta.url));

describe('why and bench', () => {
  let project: Project;
  beforeEach(() => {
    project = makeProject();
  });
  afterEach(() => project.remove());

  type Flags = Record<string, string | true | readonly string[]>;
  const config = (value?: object): Config => {
    if (value) project.write({ [configFileName]: JSON.stringify(value) });
    return readConfig(project.directory, { commands, sections });
  };
  const bench = (
    flags: Flags = {},
    given: { env?: NodeJS.ProcessEnv; config?: Config; words?: string[] } = {},
  ): BenchRequest => {
    const { env = {}, config: read = config(), words = [] } = given;
    return benchRequest(resolveOptions(benchOptions, { flags, env, config: read }), { words, config: read }, '/w');
  };
  const why = (flags: Flags = {}, env: NodeJS.ProcessEnv = {}, read = config()): WhyRequest =>
    whyRequest(resolveOptions(whyOptions, { flags, env, config: read }), { words: ['a.js'], config: read }, '/w');

  const refused = (act: () => unknown, message: RegExp): void => {
    assert.throws(act, (error) => {
      assert.ok(error instanceof Trouble, String(error));
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      return true;
    });
  };

  it('ask for little by default', () => {
    assert.deepEqual(bench(), {
      cwd: '/w',
      handlers: [],
      configured: { functions: [], budgets: {} },
      node: [],
      memoryMb: [],
      pairs: 80,
      allowScripts: false,
      strict: false,
      gate: {},
      budgets: {},
      try: [],
      coldPerMonth: null,
      pageCache: 'warm',
      format: 'text',
      annotations: null,
    });
    assert.deepEqual(why(), {
      cwd: '/w',
      handlers: ['a.js'],
      configured: { functions: [], budgets: {} },
      try: [],
      coldPerMonth: null,
      pageCache: 'warm',
      format: 'text',
      apply: false,
    });
  });

  it('take a price file from the flag or the environment, as the other commands do', () => {
    assert.equal(bench({ prices: 'p.json' }).prices, 'p.json');
    assert.equal(why({}, { COLDLENS_PRICES: 'q.json' }).prices, 'q.json');
  });

  it('take several values with commas, repeated, and from an array', () => {
    assert.deepEqual(bench({ node: ['22,24', '26'], memory: ['128, 512'] }).node, ['22', '24', '26']);
    assert.deepEqual(bench({ memory: ['128, 512'] }).memoryMb, [128, 512]);
    assert.deepEqual(bench({ try: ['lazy=@a/b', 'bundle'] }).try, ['lazy=@a/b', 'bundle']);
    assert.deepEqual(bench({}, { env: { COLDLENS_NODE: '22,24' } }).node, ['22', '24']);
    assert.deepEqual(bench({}, { config: config({ node: [22, '24.1'], memory: '128,256' }) }).node, ['22', '24.1']);
    assert.deepEqual(bench({}, { config: config({ memory: '128,256' }) }).memoryMb, [128, 256]);
  });

  it('read every option into the request', () => {
    const files = { html: 'h', markdown: 'm', junit: 'j', badge: 'b', 'json-file': 'r', 'code-quality': 'q' };
    const flags = {
      ...files,
      base: 'main',
      build: 'make',
      event: 'sqs',
      store: 'dir',
      json: true,
      strict: true,
    } as const;
    const request = bench({
      ...flags,
      'allow-scripts': true,
      annotations: 'never',
      pairs: '40',
      budget: ['coldP50Ms=300,modules=9'],
    });
    assert.deepEqual(
      { ...request, configured: null },
      {
        ...bench(),
        configured: null,
        ...{
          html: 'h',
          markdown: 'm',
          junit: 'j',
          badge: 'b',
          json: 'r',
          codeQuality: 'q',
          base: 'main',
          build: 'make',
        },
        ...{
          event: 'sqs',
          store: 'dir',
          format: 'json',
          strict: true,
          allowScripts: true,
          annotations: false,
          pairs: 40,
        },
        budgets: { coldP50Ms: 300, modules: 9 },
      },
    );
    const { apply, node, memoryMb, coldPerMonth } = why({
      apply: true,
      node: '26',
      memory: '512',
      'cold-per-month': '1000',
    });
    assert.deepEqual([apply, node, memoryMb, coldPerMonth], [true, '26', 512, 1_000]);
  });

  it('take switches from the environment and the configuration', () => {
    assert.equal(bench({}, { env: { COLDLENS_STRICT: '1' } }).strict, true);
    assert.equal(bench({}, { env: { COLDLENS_STRICT: '0' }, config: config({ strict: true }) }).strict, false);
    assert.equal(bench({}, { config: config({ strict: true }) }).strict, true);
    refused(() => bench({}, { env: { COLDLENS_STRICT: 'yes' } }), /COLDLENS_STRICT is "yes".*1, true, 0, false/);
    refused(() => config({ strict: 1 }), /strict in coldlens\.config\.json is neither true nor false/);
  });

  it('read functions and budgets of the configuration', () => {
    const functions = [{ name: 'a', handler: 'a.js', environment: { N: 1 }, budgets: { coldP50Ms: 1 } }];
    assert.deepEqual(bench({}, { config: config({ functions, budgets: { modules: 2 } }) }).configured, {
      functions: [{ name: 'a', handler: 'a.js', environment: { N: '1' }, budgets: { coldP50Ms: 1 } }],
      budgets: { modules: 2 },
    });
  });

  it('read what is to fail from the configuration and, before that, from the command line', () => {
    assert.deepEqual(bench({}).gate, {});
    const written = config({ gate: { leastPercent: 5, modulesPercent: 'off', packagesAdded: 0 } });
    assert.deepEqual(bench({ gate: ['leastPercent=8', 'bytesPercent=off'] }, { config: written }).gate, {
      leastPercent: 8,
      modulesPercent: null,
      packagesAdded: 0,
      bytesPercent: null,
    });
  });

  it('leave the node versions of a configuration to bench', () => {
    assert.equal(why({}, {}, config({ node: [22, 24] })).node, undefined);
  });

  for (const [value, message] of [
    [{ nodes: 22 }, /unknown key "nodes"/],
    [{ node: {} }, /no text, number, or array/],
    [{ node: [[22]] }, /no text, number, or array/],
    [{ memory: [64] }, /memory in coldlens\.config\.json is "64".* from 128 to 10240/],
    [{ functions: {} }, /functions in .* is no JSON array/],
    [{ functions: [{ name: 'a' }] }, /function 1 of functions in .* has no handler/],
    [{ functions: [{ handler: 'a', x: 1 }] }, /function 1 of .* has the unknown key "x"/],
    [{ functions: [{ handler: 'a', platform: 'gae' }] }, /platform of function 1 of .* is "gae".*lambda/],
    [{ functions: [{ handler: 'a', memoryMb: '1' }] }, /memoryMb of function 1 of .* is no number/],
    [{ functions: [{ handler: 'a', environment: [] }] }, /environment of function 1 of .* is no JSON object/],
    [{ functions: ['a'] }, /function 1 of .* has no handler/],
    [{ budgets: { cold: 1 } }, /unknown budget "cold"/],
    [{ gate: { leastPercents: 5 } }, /gate in .* has the unknown limit "leastPercents"/],
    [{ gate: { leastPercent: 'off' } }, /leastPercent of gate in .* is no number from 0 to 1000/],
    [{ gate: { packagesAdded: -1 } }, /packagesAdded of gate .* is no number from 0 to 100000/],
    [{ gate: [] }, /gate in .* is no object/],
    [{ budgets: { coldP50Ms: 0 } }, /coldP50Ms .*no number above 0/],
  ] as const) {
    it(`refuse the configuration ${JSON.stringify(value)}`, () => refused(() => config(value), message));
  }

  for (const [flags, message] of [
    [{ pairs: '30' }, /--pairs is "30".*20, 40, 80/],
    [{ memory: ['128,'] }, /--memory is ""/],
    [{ budget: ['coldP50Ms'] }, /coldP50Ms .*no number above 0/],
    [{ budget: ['x=1'] }, /unknown budget "x"/],
    [{ gate: ['leastMs'] }, /leastMs of --gate is no number from 0 to 60000/],
    [{ gate: ['modulesPercent=on'] }, /modulesPercent of --gate is no number/],
    [{ store: 'ftp://h' }, /--store is "ftp:\/\/h"/],
    [{ json: true, format: 'markdown' }, /--json and --format "markdown"/],
    [{ 'page-cache': 'cold' }, /--page-cache is "cold".*warm, dropped/],
    [{ 'cold-per-month': '-1' }, /--cold-per-month is "-1"/],
  ] as const) {
    it(`refuse ${JSON.stringify(flags)}`, () => refused(() => bench(flags), message));
  }

  const run = (
    args: readonly string[],
    env: Record<string, string> = {},
  ): { code: number | null; stdout: string; stderr: string } => {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('COLDLENS_'));
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
      cwd: project.directory,
      env: { ...Object.fromEntries(own), ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { code: status, stdout, stderr };
  };

  it('are the commands of coldlens-bench', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../benchmarks/package.json', import.meta.url), 'utf8'));
    assert.deepEqual(run(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
    for (const { name, options } of commands) {
      const { code, stdout } = run([name, '--help']);
      assert.equal(code, 0);
      for (const option of Object.keys(options)) assert.ok(stdout.includes(`--${option}`), option);
    }
  });

  it('name wrong usage, with exit code 2', () => {
    project.write({ 'empty/x.txt': '', 'broken.js': 'export const = 1;' });
    for (const [args, message] of [
      [[], /No command/],
      [['bnch'], /Unknown command 'bnch' \(Did you mean bench\?\)/],
      [['bench', '--nodes', '22'], /Unknown option '--nodes'/],
      [['bench', '--node'], /argument missing/],
      [['why', 'nowhere.js'], /There is no file "nowhere\.js"/],
      [['why', 'broken.js'], /broken\.js:1 is no JavaScript/],
      [['bench'], /There is no project file in /],
      [['bench', 'empty'], /There is no project file in /],
      [['why', '\u001b[2J'], /There is no file "\\u001b\[2J"/],
    ] as const) {
      const { code, stdout, stderr } = run(args);
      assert.match(stderr, message);
      assert.match(stderr, /^coldlens-bench: .+\.\n {2}next: .+\n$/);
      assert.deepEqual([code, stdout], [2, '']);
    }
  });

  it('leave the options of other commands in the configuration alone', () => {
    project.write({ [configFileName]: '{"port": 4318, "format": "csv"}' });
    assert.match(run(['why', 'nowhere.js']).stderr, /There is no file/);
  });
});
