/**
 * Numbered spans, sent as exporters send them: each of a number of connections sends one request after the other, and sends
 * the same again when it was not answered with 200. Every span is an invocation of its own, so that rollups count them.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export const spansPerRequest = 10;
const retryMs = 30;
const answersWithinMs = 15_000;
const hourMs = 3_600_000;

export interface LoadOptions {
  port: number;
  /** Of the function whose invocations they are; each load has one of its own. */
  name: string;
  connections?: number;
  /** Absent = as fast as they are taken. */
  requestsPerSecond?: number;
  /** How wrong the sender's clock is, request by request. */
  clockOffsetMs?: (request: number) => number;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A number that tells one load's ids from another's. */
const saltOf = (name: string): number =>
  [...name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 0xffffffff, 7);

export class Load {
  readonly #options: LoadOptions;
  readonly #agent: Agent;
  readonly #baseMs: number;
  readonly acknowledged = new Set<number>();
  readonly #refusals = new Map<number, number>();
  #next = 1;
  #running: Promise<unknown> | undefined;
  #isStopped = false;
  #beganMs = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    // Each load has an hour of its own, more or less: what is sealed again after each is one load's and not all that came before.
    this.#baseMs = Math.floor(Date.now() / hourMs - 2 - (saltOf(options.name) % 40)) * hourMs;
    this.#agent = new Agent({ keepAlive: true });
  }

  get ackedSpans(): number {
    return this.acknowledged.size * spansPerRequest;
  }

  /** Answers by their status, but for 200. */
  get refusals(): ReadonlyMap<number, number> {
    return this.#refusals;
  }

  start(): void {
    this.#isStopped = false;
    this.#beganMs = performance.now();
    this.#running = Promise.all(Array.from({ length: this.#options.connections ?? 4 }, () => this.#send()));
  }

  /** What is not acknowledged by then stays so. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    this.#agent.destroy();
  }

  /** Sends so many requests, each until it is acknowledged. */
  async sendAll(requests: number): Promise<void> {
    const until = this.#next + requests;
    const one = async (): Promise<void> => {
      while (this.#next < until) await this.#untilAcknowledged(this.#next++);
    };
    await Promise.all(Array.from({ length: this.#options.connections ?? 4 }, one));
    this.#agent.destroy();
  }

  /** Sends once. @returns the status; 0 where there was no answer */
  async sendOnce(number = this.#next++): Promise<number> {
    const status = await this.#post(this.bodyOf(number));
    if (status === 200) this.acknowledged.add(number);
    else this.#refusals.set(status, (this.#refusals.get(status) ?? 0) + 1);
    return status;
  }

  bodyOf(number: number): string {
    const { name, clockOffsetMs } = this.#options;
    const text = (key: string, value: string): string => `{"key":"${key}","value":{"stringValue":"${value}"}}`;
    const resource = [
      text('cloud.provider', 'aws'),
      text('cloud.account.id', '1'),
      text('cloud.region', 'x'),
      text('faas.name', name),
    ];
    const salt = hex(saltOf(name), 8);
    const startMs = this.#baseMs + (clockOffsetMs?.(number) ?? 0);
    const spans = Array.from({ length: spansPerRequest }, (_, index) => {
      const id = number * spansPerRequest + index;
      const startNs = BigInt(startMs) * 1_000_000n + BigInt(id);
      const attributes = [
        text('faas.invocation.id', `${salt}-0000-4000-8000-${hex(id, 12)}`),
        text('coldlens.phase', 'invocation'),
      ];
      const ids = `"traceId":"${salt}${hex(id, 24)}","spanId":"${hex(id, 16)}"`;
      return `{${ids},"name":"invocation","kind":2,"startTimeUnixNano":"${startNs}","endTimeUnixNano":"${startNs + 5_000_000n}","attributes":[${attributes}]}`;
    });
    return `{"resourceSpans":[{"resource":{"attributes":[${resource}]},"scopeSpans":[{"spans":[${spans}]}]}]}`;
  }

  async #send(): Promise<void> {
    while (!this.#isStopped) {
      const number = this.#next++;
      const { requestsPerSecond } = this.#options;
      if (requestsPerSecond !== undefined) {
        const dueMs = this.#beganMs + (number / requestsPerSecond) * 1_000;
        await sleep(Math.max(0, dueMs - performance.now()));
      }
      await this.#untilAcknowledged(number);
    }
  }

  async #untilAcknowledged(number: number): Promise<void> {
    while ((await this.sendOnce(number)) !== 200 && !this.#isStopped) await sleep(retryMs);
  }

  #post(body: string): Promise<number> {
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const where = { host: '127.0.0.1', port: this.#options.port, method: 'POST', path: '/v1/traces' };
      const sent = request({ ...where, agent: this.#agent, headers, timeout: answersWithinMs }, (response) => {
        response.resume();
        // A whole answer: what is cut off was not acknowledged.
        response.on('end', () => resolve(response.complete ? (response.statusCode ?? 0) : 0));
        response.on('error', () => resolve(0));
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => resolve(0));
      sent.end(body);
    });
  }
}
