/** HTTPS from files, with certificates that openssl makes on the spot. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { accessOf } from '#collector/receive/access.js';
import { jsonAnswer } from '#collector/receive/answer.js';
import { listen, type RunningServer } from '#collector/receive/server.js';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const token = 'functions-token-0123456789';

async function makeCertificate(directory: string, name: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject]);
  return { cert, key };
}

describe('HTTPS', () => {
  let directory: string;
  let server: RunningServer;
  const files = { cert: '', key: '' };
  const notices: string[] = [];
  const received: string[] = [];

  before(async function () {
    const hasOpenssl = await run('openssl', ['version']).then(
      () => true,
      () => false,
    );
    // There is no other way to make a certificate without a new dependency.
    if (!hasOpenssl) return this.skip();
    directory = await mkdtemp(join(tmpdir(), 'coldlens-test-'));
    Object.assign(files, await makeCertificate(directory, 'first'));
    const access = accessOf({ text: `write ${token}` });
    server = await listen(
      '127.0.0.1',
      0,
      [
        {
          method: 'POST',
          path: '/v1/traces',
          scope: 'write',
          handle: async (request) => {
            received.push(Buffer.concat(await request.toArray()).toString());
            return jsonAnswer(200, {});
          },
        },
        { method: 'GET', path: '/', scope: 'open', handle: async () => jsonAnswer(200, {}) },
      ],
      { access, tls: { ...files, everyMs: 20, notice: (told) => notices.push(told) }, socketsPerAddress: 10 },
    );
  });
  after(async () => {
    await server?.close();
    if (directory !== undefined) await rm(directory, { recursive: true });
  });

  const servedName = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it('is spoken by a client that trusts the certificate, and by no other', async () => {
    const status = (ca?: Buffer): Promise<number | string> =>
      new Promise((resolve) => {
        const asked = get({ port: server.port, host: '127.0.0.1', agent: false, ...(ca && { ca }) }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      });
    assert.equal(await status(await readFile(files.cert)), 200);
    assert.equal(await status(), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    await assert.rejects(fetch(`http://127.0.0.1:${server.port}/`));
  });

  it('takes spans of a real exporter with its token', async () => {
    const fixture = fileURLToPath(new URL('../../fixtures/collector/send-span.mjs', import.meta.url));
    await run(process.execPath, [fixture, 'encrypted'], {
      timeout: 20_000,
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: `https://127.0.0.1:${server.port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_CERTIFICATE: files.cert,
        OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${token}`,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
    });
    await until('the span is there', () => received.some((body) => body.includes('encrypted')));
  });

  it('takes a renewed certificate while it runs, and keeps the old one where the files do not belong together', async () => {
    assert.equal(await servedName(), 'first');
    const second = await makeCertificate(directory, 'second');
    const third = await makeCertificate(directory, 'third');
    await copyFile(second.key, `${files.key}.new`);
    await copyFile(second.cert, `${files.cert}.new`);
    await rename(`${files.key}.new`, files.key);
    await rename(`${files.cert}.new`, files.cert);
    await until('the second is served', async () => (await servedName()) === 'second');

    await writeFile(files.cert, await readFile(third.cert));
    await until('the mismatch was told of', () => notices.some((told) => told.includes('not taken')));
    assert.equal(await servedName(), 'second');
    await writeFile(files.key, await readFile(third.key));
    await until('the third is served', async () => (await servedName()) === 'third');
    for (const told of notices) assert.doesNotMatch(told, /PRIVATE|MII/);
  });

  it('does not begin with files that cannot be used', async () => {
    const other = await makeCertificate(directory, 'other');
    const text = join(directory, 'text');
    await writeFile(text, 'S3cret');
    for (const [cert, key, message] of [
      [files.cert, other.key, /are no certificate and the key that belongs to it \(ERR_OSSL_/],
      [text, other.key, /are no certificate and the key/],
      [other.cert, text, /are no certificate and the key/],
      [join(directory, 'none'), other.key, /of --tls-cert cannot be read \(ENOENT\)/],
      [other.cert, directory, /of --tls-key cannot be read \(EISDIR\)/],
    ] as const) {
      await assert.rejects(listen('127.0.0.1', 0, [], { tls: { cert, key } }), (error: Error) => {
        assert.match(error.message, message);
        assert.equal((error as Error & { exitCode?: number }).exitCode, 2);
        assert.doesNotMatch(error.message, /S3cret/);
        return true;
      });
    }
  });
});
