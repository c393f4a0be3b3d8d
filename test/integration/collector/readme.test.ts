/** What collector/README.md shows: its files are taken from the page and held against the programs that read them. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { freePort } from '#collector/free-port.js';
import { type Collector, openStore, type Store, startCollector } from '#collector/index.js';
import { accessOf } from '#collector/receive/access.js';
import { removeDirectory, temporaryDirectory } from '../../support/collector.ts';
import { fillWithTables } from '../../support/data-directory.ts';
import { findProgram } from '../../support/program.ts';
import { until } from '../../support/until.ts';

const page = readFileSync(new URL('../../../collector/README.md', import.meta.url), 'utf8');

/** The block that begins with the name of a file. */
const shown = (file: string): string => {
  const block = [...page.matchAll(/^```\w+\n(# (\S+)\n[\s\S]*?)^```$/gm)].find(([, , name]) => name?.endsWith(file));
  assert.ok(block?.[1], `the page shows ${file}`);
  return block[1];
};

/** Puts in what is true of this machine; each must be there. */
const with_ = (text: string, replaced: Readonly<Record<string, string>>): string =>
  Object.entries(replaced).reduce((result, [from, to]) => {
    assert.ok(result.includes(from), from);
    return result.replaceAll(from, to);
  }, text);

const skipped = (program: string | undefined, name: string) =>
  program === undefined ? ` (skipped: no ${name} here)` : '';
const promtool = findProgram('promtool');
const nginx = findProgram('nginx');
const openssl = findProgram('openssl');
const analyze = findProgram('systemd-analyze');

describe("collector/README.md's files", () => {
  let directory = '';
  const put = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const succeeds = (program: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
    assert.equal(status, 0, stdout + stderr);
    return stdout + stderr;
  };

  before(async () => {
    directory = await temporaryDirectory();
  });
  after(() => removeDirectory(directory));

  it(`have a scrape configuration and rules that Prometheus takes${skipped(promtool, 'promtool')}`, function () {
    if (promtool === undefined) return this.skip();
    const rules = put('coldlens.rules.yml', shown('coldlens.rules.yml'));
    const configuration = with_(shown('prometheus.yml'), {
      '/etc/prometheus/coldlens.rules.yml': rules,
      '/etc/prometheus/coldlens-token': put('token', 'read-0123456789abcdef'),
    });
    succeeds(promtool, 'check', 'config', put('prometheus.yml', configuration));
    assert.match(succeeds(promtool, 'check', 'rules', rules), /4 rules found/);
  });

  it(`have rules that fire when they should, and not before${skipped(promtool, 'promtool')}`, function () {
    if (promtool === undefined) return this.skip();
    put('coldlens.rules.yml', shown('coldlens.rules.yml'));
    const series = [
      ['coldlens_buffer_bytes', '100x10 1900x20'],
      ['coldlens_buffer_limit_bytes', '2000x30'],
      ['coldlens_buffer_oldest_age_seconds', '0x10 0+60x20'],
      ['coldlens_rejected_requests_total{reason="malformed"}', '0+9x30'],
      ['coldlens_rejected_requests_total{reason="buffer_full"}', '0x10 0+9x20'],
      ['coldlens_buffer_set_aside_batches', '0x10 1x20'],
      ['coldlens_buffer_damaged_batches', '0x30'],
    ].map(([name = '', values]) => {
      const named = name.includes('{') ? name.replace('{', '{instance="c",') : `${name}{instance="c"}`;
      return `      - series: '${named}'\n        values: '${values}'`;
    });
    const alert = (minutes: number, name: string, labels = '', summary = ''): string =>
      `      - eval_time: ${minutes}m\n        alertname: ${name}\n        exp_alerts:${
        labels === ''
          ? ' []'
          : `\n          - exp_labels: { ${labels} }\n            exp_annotations: { summary: '${summary}' }`
      }`;
    const expected = [
      alert(10, 'ColdlensBufferNearlyFull'),
      alert(10, 'ColdlensSpansWait'),
      alert(10, 'ColdlensRefusesSpans'),
      alert(10, 'ColdlensSetAside'),
      alert(
        ...([15, 'ColdlensBufferNearlyFull', 'instance: c, severity: page'] as const),
        'The buffer of c is 95% full: soon senders are told to come again.',
      ),
      alert(
        ...([30, 'ColdlensSpansWait', 'instance: c, severity: warn'] as const),
        'Spans have waited for 19m 0s at c: ClickHouse is away or too slow.',
      ),
      alert(
        ...([30, 'ColdlensRefusesSpans', 'instance: c, reason: buffer_full, severity: page'] as const),
        'c refuses 0.15 requests a second: buffer_full.',
      ),
      alert(
        ...([30, 'ColdlensSetAside', 'instance: c, severity: warn'] as const),
        'c has put 1 files aside for a person to look at.',
      ),
    ];
    const tests = `rule_files: [coldlens.rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
${series.join('\n')}
    alert_rule_test:
${expected.join('\n')}
`;
    succeeds(promtool, 'test', 'rules', put('rules-test.yml', tests));
  });

  it(`have a unit that systemd takes${skipped(analyze, 'systemd-analyze')}`, function () {
    if (analyze === undefined) return this.skip();
    const unit = with_(shown('coldlens.service'), {
      '/opt/coldlens/node_modules/node/bin/node': process.execPath,
    });
    const told = succeeds(analyze, 'verify', '--man=no', put('coldlens.service', unit));
    assert.doesNotMatch(told, /coldlens\.service/);
  });

  describe(`the nginx configuration${skipped(nginx && openssl, 'nginx or openssl')}`, () => {
    if (nginx === undefined || openssl === undefined) {
      it('is not run', function () {
        this.skip();
      });
      return;
    }
    const token = 'write-0123456789abcdef';
    let store: Store;
    let collector: Collector;
    let port = 0;
    let stop = async (): Promise<void> => {};

    before(async () => {
      store = await openStore({ data: await fillWithTables(join(directory, 'data')) });
      collector = await startCollector({
        ...{ port: 0, store, socketsPerAddress: 2000 },
        access: accessOf({ text: `write ${token}` }),
      });
      port = await freePort();
      const key = join(directory, 'key.pem');
      const certificate = join(directory, 'fullchain.pem');
      succeeds(
        openssl,
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', '/CN=spans.example.com', '-addext', 'subjectAltName=DNS:spans.example.com'],
        ...['-keyout', key, '-out', certificate],
      );
      const site = with_(shown('conf.d/coldlens.conf'), {
        'server 127.0.0.1:4318;': `server 127.0.0.1:${collector.port};`,
        'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
        '/etc/coldlens/tls/fullchain.pem': certificate,
        '/etc/coldlens/tls/key.pem': key,
      });
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
        mkdirSync(join(directory, name), { recursive: true });
        return `  ${name}_temp_path ${join(directory, name)};`;
      });
      const main = `daemon off;
pid ${join(directory, 'nginx.pid')};
error_log stderr crit;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
${temporary.join('\n')}
${site}
}
`;
      const child = spawn(nginx, ['-p', directory, '-e', 'stderr', '-c', put('nginx.conf', main)], {
        stdio: 'inherit',
      });
      stop = async () => {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      };
      await until('nginx answers', async () => (await ask('GET', '/healthz')).status === 200);
    });
    after(async () => {
      await stop();
      await collector?.close();
      await store?.close();
    });

    const ask = (
      method: string,
      path: string,
      body: Buffer | string = '',
      headers: Record<string, string> = {},
    ): Promise<{ status: number; text: string }> =>
      new Promise((resolve, reject) => {
        const sent = request(
          {
            ...{ host: '127.0.0.1', port, method, path, agent: false, timeout: 20_000 },
            servername: 'spans.example.com',
            ca: readFileSync(join(directory, 'fullchain.pem')),
            headers: { Host: 'spans.example.com', 'Content-Type': 'application/json', ...headers },
          },
          (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (part: string) => {
              text += part;
            });
            response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          },
        );
        sent.on('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ECONNREFUSED' ? resolve({ status: 0, text: '' }) : reject(error),
        );
        sent.end(body);
      });
    const bearer = { Authorization: `Bearer ${token}` };

    it('lets in who has a token, and nobody else', async () => {
      assert.equal((await ask('POST', '/v1/traces', '{}', bearer)).status, 200);
      const refused = await ask('POST', '/v1/traces', '{}');
      assert.equal(refused.status, 401);
      assert.equal(JSON.parse(refused.text).code, 16);
      assert.equal((await ask('GET', '/readyz')).status, 200);
      assert.equal((await ask('GET', '/metrics', '', bearer)).status, 403);
    });

    it("takes bodies up to OTLP's limit, and tells what is longer in its own words or nginx's", async () => {
      const padded = (length: number) => Buffer.alloc(length, 0x20).fill('{}', 0, 2);
      assert.equal((await ask('POST', '/v1/traces', padded(64 * 1024 * 1024), bearer)).status, 200);
      assert.equal((await ask('POST', '/v1/traces', padded(64 * 1024 * 1024 + 1), bearer)).status, 413);
    });

    it('keeps connections to the collector, and many requests at once get through', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => ask('POST', '/v1/traces', '{"resourceSpans":[]}', bearer)),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    });
  });
});
