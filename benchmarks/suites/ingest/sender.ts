/**
 * A process that plays the agents of many functions: `sender.js URL REQUESTS INVOCATIONS CONNECTIONS SINCE_MS`. It makes all requests first, says
 * `ready` with their bytes to its parent, and sends them when it is told `go`.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';

const functions = 10_000;
/** One in so many is cold. */
const coldEvery = 33;

const [url = '', requests = '0', invocations = '0', connections = '1', sinceMs = '0'] = process.argv.slice(2);

export interface Ready {
  spans: number;
  /** Of the JSON, and of the same in gzip. */
  jsonBytes: number;
  gzipBytes: number;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** As the agent sends it: warm ones are two spans, cold ones four. */
const spansOf = (id: string, startMs: number, isCold: boolean): object[] => {
  const traceId = hex(16);
  const rootId = hex(8);
  let atNs = BigInt(Math.round(startMs)) * 1_000_000n;
  const span = (name: string, lengthMs: number, more: object): object => {
    const startTimeUnixNano = String(atNs);
    const endNs = atNs + BigInt(Math.round(lengthMs * 1e6));
    if (name !== 'invocation') atNs = endNs;
    const attributes = [
      text('faas.invocation.id', id),
      text('coldlens.phase', name),
      ...('more' in more ? (more.more as object[]) : []),
    ];
    const parent =
      name === 'invocation' ? { spanId: rootId, kind: 2 } : { spanId: hex(8), parentSpanId: rootId, kind: 1 };
    return { traceId, ...parent, name, startTimeUnixNano, endTimeUnixNano: String(endNs), attributes, status: {} };
  };
  const executionMs = 2 + Math.random() * 50;
  const [runtimeStartMs, initMs] = isCold ? [40 + Math.random() * 10, 50 + Math.random() * 400] : [0, 0];
  const kind = [text('coldlens.start.kind', isCold ? 'cold' : 'warm'), text('coldlens.start.certainty', 'certain')];
  return [
    span('invocation', runtimeStartMs + initMs + executionMs, { more: kind }),
    ...(isCold ? [span('runtime_start', runtimeStartMs, {}), span('init', initMs, {})] : []),
    span('execution', executionMs, {}),
  ];
};

const resourceOf = (fn: number) => ({
  attributes: [
    ...[text('cloud.provider', 'aws'), text('cloud.account.id', '123456789012'), text('cloud.region', 'eu-central-1')],
    ...[text('faas.name', `function-${fn}`), text('faas.version', '1'), text('host.arch', 'arm64')],
    ...[text('faas.instance', `instance-${fn}`), text('coldlens.runtime', 'nodejs24.x')],
    { key: 'faas.max_memory', value: { intValue: String(512 * 1_048_576) } },
  ],
});

let made = 0;
let spans = 0;
const bodyOf = (): Buffer => {
  const resourceSpans = Array.from({ length: Number(invocations) }, () => {
    made += 1;
    const own = spansOf(randomUUID(), Number(sinceMs) + Math.random() * 3_500_000, made % coldEvery === 0);
    spans += own.length;
    // Few functions are very busy, most are not.
    const resource = resourceOf(Math.floor(functions * Math.random() ** 2));
    return { resource, scopeSpans: [{ scope: { name: 'coldlens' }, spans: own }] };
  });
  return Buffer.from(JSON.stringify({ resourceSpans }));
};

const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });

const post = (body: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`the collector answered ${response.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

const bodies = Array.from({ length: Number(requests) }, bodyOf);
const [first] = bodies;
const share = first ? gzipSync(first).length / first.length : 0;
const jsonBytes = bodies.reduce((sum, body) => sum + body.length, 0);
process.send?.({ spans, jsonBytes, gzipBytes: Math.round(jsonBytes * share) } satisfies Ready);

process.once('message', async () => {
  let next = 0;
  const sendAll = async (): Promise<void> => {
    for (let body = bodies[next++]; body; body = bodies[next++]) await post(body);
  };
  await Promise.all(Array.from({ length: Number(connections) }, sendAll));
  agent.destroy();
  process.disconnect();
});
