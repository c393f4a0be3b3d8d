/** The forwarding Lambda: in AWS's own runtime client where it is installed, against a real collector. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { LambdaInstance } from '#benchmarks/src/sandboxes/lambda/instance.js';
import { findRuntimeClient } from '#benchmarks/src/sandboxes/lambda/runtime-client.js';
import { until } from '../../support/until.ts';
import { guardedCollector, subscriptionMessage, token } from './aws-support.ts';

const taskRoot = fileURLToPath(new URL('../../../collector/forward/aws', import.meta.url));

const eventOf = (functionName: string): string => {
  const atMs = Date.now() - 60_000;
  const memory = 'Memory Size: 128 MB\tMax Memory Used: 45 MB\t';
  const message = `REPORT RequestId: ${randomUUID()}\tDuration: 2.00 ms\tBilled Duration: 302 ms\t${memory}Init Duration: 300.00 ms\t\n`;
  const value = subscriptionMessage(functionName, '2026/11/22/[1]ab', [{ atMs, message }]);
  return JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(value)).toString('base64') } });
};

interface TelemetryEvent {
  time: string;
  type: string;
  record: unknown;
}

describe('the forwarding Lambda function', function () {
  this.timeout(60_000);
  const running = guardedCollector();
  const instances: LambdaInstance[] = [];
  const servers: Server[] = [];
  let heard: TelemetryEvent[] = [];

  const forwarder = (environment: Record<string, string>): LambdaInstance => {
    const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
    const fn = { name: 'forwarder', taskRoot, handler: 'index.handler', memoryMb: 128, timeoutMs: 30_000 };
    const made = new LambdaInstance(
      { ...fn, environment: { PATH: path, AWS_REGION: 'eu-central-1', ...environment } },
      findRuntimeClient(),
      { onTelemetry: (event) => heard.push(event as TelemetryEvent) },
    );
    instances.push(made);
    return made;
  };

  /** Answers in this order, the last one for ever. */
  const answering = async (...answers: [status: number, body: string][]): Promise<{ url: string; paths: string[] }> => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      const [status, body] = answers[Math.min(paths.length, answers.length - 1)] ?? [500, ''];
      paths.push(request.url ?? '');
      request.resume().on('end', () => response.writeHead(status, { 'Content-Type': 'application/json' }).end(body));
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
  };

  beforeEach(() => {
    heard = [];
  });
  afterEach(async () => {
    await Promise.all(instances.splice(0).map((each) => each.stop()));
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  const failed = ({ answer }: { answer: unknown }): string => JSON.stringify(answer);

  it('delivers what a subscription gives it', async () => {
    const { answer } = await forwarder({ COLDLENS_URL: running.collector.url, COLDLENS_TOKEN: token }).start(
      eventOf('delivered'),
    );
    assert.doesNotMatch(failed({ answer }), /errorMessage/);
    const row = await running.ranked('delivered');
    assert.deepEqual([row?.region, row?.coldStarts, row?.cold.p50Ms], ['eu-central-1', 1, 302]);
  });

  it('is told apart by its own telemetry, which the collector reads as well', async () => {
    await forwarder({ COLDLENS_URL: running.collector.url, COLDLENS_TOKEN: token }).start(eventOf('x'));
    await until('the report', () => heard.some(({ type }) => type === 'platform.report'));
    const response = await fetch(`${running.collector.url}/v1/telemetry?region=eu-central-1&function=forwarder`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify(heard),
    });
    assert.equal(response.status, 200);
    const row = await running.ranked('forwarder');
    assert.deepEqual([row?.invocations, row?.coldStarts], [1, 1]);
    assert.ok((row?.phases.reportedInitMs ?? 0) > 0);
  });

  it('tries again what may pass, and not for ever', async () => {
    const passes = await answering([503, ''], [502, ''], [200, '{}']);
    const { answer } = await forwarder({ COLDLENS_URL: passes.url }).start(eventOf('x'));
    assert.doesNotMatch(failed({ answer }), /errorMessage/);
    assert.deepEqual(passes.paths, Array(3).fill('/v1/cloudwatch?region=eu-central-1'));
    const never = await answering([503, 'busy']);
    assert.match(
      failed(await forwarder({ COLDLENS_URL: never.url }).start(eventOf('x'))),
      /not delivered after 4 tries.*503/,
    );
    assert.equal(never.paths.length, 4);
  });

  it('throws at once what no other try can change', async () => {
    const wrong = { COLDLENS_URL: running.collector.url, COLDLENS_TOKEN: 'wrong-0123456789abcdef' };
    assert.match(failed(await forwarder(wrong).start(eventOf('x'))), /after 1 tries: the collector answered 401/);
    assert.match(failed(await forwarder(wrong).start('{}')), /no event of a CloudWatch Logs subscription/);
  });

  it('asks the secrets extension for the token, and again when the collector does not know it', async () => {
    const [old, current] = ['old-0123456789abcdefgh', token].map((text) =>
      JSON.stringify({ SecretString: `${text}\n` }),
    );
    const secrets = await answering([200, old ?? ''], [200, current ?? '']);
    const environment = { COLDLENS_URL: running.collector.url, COLDLENS_TOKEN_SECRET: 'coldlens/token' };
    const port = new URL(secrets.url).port;
    const { answer } = await forwarder({ ...environment, PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port }).start(
      eventOf('secret'),
    );
    assert.doesNotMatch(failed({ answer }), /errorMessage/);
    assert.deepEqual(secrets.paths, Array(2).fill('/secretsmanager/get?secretId=coldlens%2Ftoken'));
    assert.equal((await running.ranked('secret'))?.coldStarts, 1);
  });
});
