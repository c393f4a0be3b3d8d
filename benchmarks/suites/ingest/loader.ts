/**
 * A process that plays many senders: `loader.js PLAN`, which is JSON (see {@link Plan}). It makes all bodies first, says
 * `ready` to its parent, sends them when it is told `go`, and says what became of them. As exporters do, it sends again what is
 * answered with 503, after the wait that it was told.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { protobufOf } from './protobuf.ts';
import { type ResourceSpansJson, SpanMaker, spansOfBody } from './spans.ts';

export interface Plan {
  url: string;
  encoding: 'protobuf' | 'json';
  spansPerBody: number;
  bodies: number;
  connections: number;
  /** No body is begun later than this. */
  seconds: number;
  /** Spans a second that are offered at most. */
  offeredPerSecond: number;
}

/** Of the bodies together. */
export interface Ready {
  kind: 'ready';
  spans: number;
  bytes: number;
  gzipBytes: number;
}

export interface Sent {
  kind: 'sent';
  /** Of spans that were answered with 200. */
  acked: number;
  /** Numbers of the spans of a body that was never answered with 200, first and last. */
  notAcked: [number, number][];
  /** The spans up to this number were sent. */
  lastNumber: number;
  seconds: number;
  /** Answers of 503. */
  retries: number;
  /** From the first try of a body to its 200. */
  latencyMs: { p50: number; p99: number };
}

interface Body {
  bytes: Buffer;
  first: number;
  last: number;
}

const mediaTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;
const writers: Readonly<Record<Plan['encoding'], (spans: ResourceSpansJson[]) => Buffer>> = {
  protobuf: protobufOf,
  json: (resourceSpans) => Buffer.from(JSON.stringify({ resourceSpans })),
};

/** A body that finds no 200 for so long is given up, and its spans are not acked. */
const patienceMs = 60_000;

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;

const madeBodies = (): { bodies: Body[]; bytes: number } => {
  const maker = new SpanMaker(1);
  let total = 0;
  const bodies = Array.from({ length: plan.bodies }, (): Body => {
    const first = maker.next;
    const bytes = writers[plan.encoding](spansOfBody(maker, plan.spansPerBody));
    total += bytes.length;
    return { bytes: gzipSync(bytes), first, last: maker.next - 1 };
  });
  return { bodies, bytes: total };
};

const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });

const post = (body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': mediaTypes[plan.encoding],
      'content-encoding': 'gzip',
      'content-length': body.length,
    };
    const sent = request(`${plan.url}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });

let retries = 0;

/** @returns whether it was answered with 200 */
const deliver = async (body: Buffer): Promise<boolean> => {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    const answer = await post(body).catch(() => null);
    if (answer?.statusCode === 200) return true;
    retries += 1;
    await sleep(1_000 * Number(answer?.headers['retry-after'] ?? 1));
  }
  return false;
};

const sendAll = async (bodies: readonly Body[]): Promise<Sent> => {
  const beganMs = performance.now();
  const notAcked: [number, number][] = [];
  const latencies: number[] = [];
  let next = 0;
  let acked = 0;
  const untilMs = beganMs + 1_000 * plan.seconds;
  // Each body has its moment; who is late sends at once.
  const dueMs = ({ first }: Body): number =>
    Math.max(performance.now(), beganMs + (1_000 * (first - 1)) / plan.offeredPerSecond);
  const sender = async (): Promise<void> => {
    for (let body = bodies[next]; body && dueMs(body) < untilMs; body = bodies[next]) {
      next += 1;
      const waitMs = dueMs(body) - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const sentMs = performance.now();
      if (await deliver(body.bytes)) {
        acked += body.last - body.first + 1;
        latencies.push(performance.now() - sentMs);
      } else {
        notAcked.push([body.first, body.last]);
      }
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, sender));
  const seconds = (performance.now() - beganMs) / 1_000;
  const sorted = latencies.toSorted((a, b) => a - b);
  const quantile = (q: number): number => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
  return {
    kind: 'sent',
    ...{ acked, notAcked, seconds, retries },
    lastNumber: bodies[next - 1]?.last ?? 0,
    latencyMs: { p50: quantile(0.5), p99: quantile(0.99) },
  };
};

const { bodies, bytes } = madeBodies();
const gzipBytes = bodies.reduce((sum, body) => sum + body.bytes.length, 0);
process.send?.({ kind: 'ready', spans: bodies.at(-1)?.last ?? 0, bytes, gzipBytes } satisfies Ready);

process.once('message', async () => {
  process.send?.(await sendAll(bodies));
  agent.destroy();
  process.disconnect();
});
