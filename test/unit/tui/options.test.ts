import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Config,
  configFileName,
  type Inputs,
  type OptionSpec,
  pick,
  readConfig,
  resolveOptions,
} from '#benchmarks/src/cli/index.js';
import { foreignKeys } from '#benchmarks/src/cli/main.js';
import { Trouble } from '#collector/index.js';
import { optionTable } from '#tui/cli/option-table.js';
import { commands, sections } from '#tui/commands/index.js';

const config = (values: Record<string, string> = {}): Config => ({
  file: configFileName,
  values: new Map(Object.entries(values).map(([key, text]) => [key, [text]])),
  sections: new Map(),
});
const specs: [string, OptionSpec][] = Object.entries(optionTable);
const inputs = (given: Partial<Inputs>): Inputs => ({ flags: {}, env: {}, config: config(), ...given });

const refused = (act: () => unknown, message: RegExp): void => {
  assert.throws(act, (error) => {
    assert.ok(error instanceof Trouble);
    assert.equal(error.exitCode, 2);
    assert.match(error.message, message);
    assert.notEqual(error.next, '');
    return true;
  });
};

describe('options', () => {
  it('come from the flag, then the environment, then the configuration, then the default', () => {
    const flags = { port: '1' };
    const env = { COLDLENS_PORT: '2' };
    const file = config({ port: '3' });
    const port = (given: Partial<Inputs>) => resolveOptions(pick(optionTable, ['port']), inputs(given)).port;
    assert.equal(port({ flags, env, config: file }), 1);
    assert.equal(port({ env, config: file }), 2);
    assert.equal(port({ config: file }), 3);
    assert.equal(port({}), 4318);
    assert.equal(port({ env: { COLDLENS_PORT: '' } }), 4318);
  });

  it('are refused with their name, the text and the bound', () => {
    const resolve = (given: Partial<Inputs>) => () =>
      resolveOptions(
        pick(optionTable, ['port', 'sort', 'since', 'limit', 'url', 'filter', 'region', 'memory']),
        inputs(given),
      );
    refused(resolve({ flags: { port: '65536' } }), /--port is "65536".* from 0 to 65535/);
    refused(resolve({ env: { COLDLENS_LIMIT: '1e3' } }), /COLDLENS_LIMIT is "1e3".* from 1 to 10000/);
    refused(resolve({ config: config({ sort: 'p99' }) }), /sort in coldlens.config.json is "p99".*cold-p99, cold-p50/);
    refused(resolve({ flags: { since: 'yesterday' } }), /--since: .*yesterday/);
    refused(resolve({ flags: { url: 'ftp://x' } }), /--url is "ftp:\/\/x".*http/);
    refused(resolve({ flags: { filter: '' } }), /--filter is empty/);
    refused(resolve({ flags: { filter: 'x'.repeat(201) } }), /--filter is too long/);
    refused(resolve({ flags: { region: '' } }), /--region is empty/);
    refused(resolve({ flags: { region: 'x'.repeat(513) } }), /--region is too long/);
    refused(resolve({ flags: { memory: '512MB' } }), /"512MB" is no --memory/);
  });

  it('give the days of retention by table, several at once', () => {
    const retention = (given: Partial<Inputs>) =>
      resolveOptions(pick(optionTable, ['retention']), inputs(given)).retention;
    assert.deepEqual(retention({ env: { COLDLENS_RETENTION: 'spans=3, hours=40' } }), [
      { name: 'spans', days: 3 },
      { name: 'hours', days: 40 },
    ]);
    assert.deepEqual(retention({}), []);
    refused(() => retention({ flags: { retention: ['spans=0'] } }), /--retention: "0" .* spans .* 1 to 3650/);
    refused(
      () => retention({ config: config({ retention: 'span=1' }) }),
      /retention in coldlens.config.json: "span=1"/,
    );
  });

  it('name one source at most; a flag beats a configured other one', () => {
    const where = (given: Partial<Inputs>) =>
      resolveOptions(pick(optionTable, ['data', 'clickhouse', 'url']), inputs(given));
    refused(() => where({ flags: { data: 'd', url: 'http://h' } }), /--data and --url exclude each other/);
    refused(
      () => where({ env: { COLDLENS_DATA: 'd', COLDLENS_CLICKHOUSE: 'http://h' } }),
      /COLDLENS_DATA and COLDLENS_CLICKHOUSE/,
    );
    assert.deepEqual(where({ flags: { url: 'http://h' }, config: config({ data: 'd' }) }), {
      data: undefined,
      clickhouse: undefined,
      url: 'http://h',
    });
    assert.deepEqual(where({}), { data: './.coldlens', clickhouse: undefined, url: undefined });
  });

  it('take --json for --format json, and refuse another form beside it', () => {
    const format = (flags: Inputs['flags']) => resolveOptions(pick(optionTable, ['format']), inputs({ flags })).format;
    assert.equal(format({ json: true }), 'json');
    assert.equal(format({ json: true, format: 'json' }), 'json');
    refused(() => format({ json: true, format: 'csv' }), /--json and --format "csv"/);
  });

  it('have defaults that their own readers accept', () => {
    for (const [name, spec] of specs) {
      if (spec.default !== undefined) assert.doesNotThrow(() => spec.read(spec.default ?? '', name));
    }
  });

  it('are each picked by a command', () => {
    const picked = new Set(commands.flatMap(({ options }) => Object.values(options)));
    assert.deepEqual(
      specs.filter(([, spec]) => !picked.has(spec)).map(([name]) => name),
      [],
    );
  });

  it('have configuration keys that coldlens-bench leaves alone', () => {
    assert.deepEqual(specs.flatMap(([, { config: key }]) => key ?? []).toSorted(), foreignKeys.toSorted());
  });
});

describe('coldlens.config.json', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coldlens-config-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const read = (text: string): Config => {
    writeFileSync(join(directory, configFileName), text);
    return readConfig(directory, { commands, sections });
  };

  it('may be missing', () => assert.equal(readConfig(directory, { commands, sections }).values.size, 0));

  it('gives texts and numbers', () => {
    assert.deepEqual(
      [...read('{"port": 1234, "data": "d"}').values],
      [
        ['port', ['1234']],
        ['data', ['d']],
      ],
    );
  });

  for (const [text, message] of [
    ['{', /no JSON/],
    ['[]', /no JSON object/],
    ['{"prot": 1}', /unknown key "prot"/],
    ['{"port": true}', /neither a text nor a number/],
    ['{"limit": 0}', /limit in coldlens.config.json is "0"/],
  ] as const) {
    it(`is refused when it is ${text}`, () => refused(() => read(text), message));
  }
});
