/** The extension's side of Lambda's Extensions API (2020-01-01) and Telemetry API (2022-07-01). */
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { at, textAt } from '../platforms/shape.ts';

const { request } = process.getBuiltinModule('node:http');

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: unknown;
}

export interface LambdaEvent {
  type: 'INVOKE' | 'SHUTDOWN';
  deadlineUnixMs: number;
  requestId: string | undefined;
  invokedArn: string | undefined;
}

/** What the platform allows at least; batches arrive soon after things happen, in as few as can be. */
const buffering = { maxItems: 1_000, maxBytes: 262_144, timeoutMs: 25 };

/** What an extension may ask for: events, and the version of the telemetry's schema. */
const ordinary = { events: ['INVOKE', 'SHUTDOWN'], schemaVersion: '2022-12-13' };
/** With several invocations at once an extension is told of none, and anything else is refused. */
const managedInstances = { events: ['SHUTDOWN'], schemaVersion: '2025-01-29' };

export class PlatformApi {
  readonly #host: string;
  readonly #ask: typeof ordinary;

  /** @param host value of `AWS_LAMBDA_RUNTIME_API` */
  constructor(host: string, isManagedInstance: boolean) {
    this.#host = host;
    this.#ask = isManagedInstance ? managedInstances : ordinary;
  }

  /** @returns the extension's identifier @throws Error when the platform refuses */
  async register(name: string): Promise<string> {
    const { headers } = await this.#call(
      'POST',
      '/2020-01-01/extension/register',
      { 'lambda-extension-name': name },
      { events: this.#ask.events },
    );
    return String(headers['lambda-extension-identifier']);
  }

  /** Waits for the next event, however long the instance is frozen. */
  async next(identifier: string): Promise<LambdaEvent> {
    const { body } = await this.#call('GET', '/2020-01-01/extension/event/next', own(identifier));
    return {
      type: at(body, 'eventType') === 'SHUTDOWN' ? 'SHUTDOWN' : 'INVOKE',
      deadlineUnixMs: Number(at(body, 'deadlineMs')) || Date.now(),
      requestId: textAt(body, 'requestId'),
      invokedArn: textAt(body, 'invokedFunctionArn'),
    };
  }

  /** @returns whether telemetry will come: local emulators answer 202 and send none */
  async subscribe(identifier: string, port: number, types: readonly string[]): Promise<boolean> {
    const { status } = await this.#call('PUT', '/2022-07-01/telemetry', own(identifier), {
      schemaVersion: this.#ask.schemaVersion,
      types,
      buffering,
      destination: { protocol: 'HTTP', URI: `http://sandbox.localdomain:${port}/telemetry` },
    });
    return status === 200;
  }

  #call(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
    const [hostname, port] = this.#host.split(':');
    const options: RequestOptions = { hostname, port, method, path, headers };
    return new Promise((resolve, reject) => {
      const outgoing = request(options, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          const status = incoming.statusCode ?? 0;
          if (status >= 400)
            return reject(new Error(`${method} ${path} was answered ${status}: ${text.slice(0, 200)}`));
          resolve({ status, headers: incoming.headers, body: jsonIn(text) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body && JSON.stringify(body));
    });
  }
}

const own = (identifier: string): Record<string, string> => ({ 'lambda-extension-identifier': identifier });

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
