/** A receiver of OTLP/JSON that answers what a test wants and remembers the spans that it accepted. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startMs: number;
  endMs: number;
  status: number;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

// biome-ignore lint/suspicious/noExplicitAny: the bodies are read field by field right below.
type Json = any;

const record = (keyValues: Json[]): Record<string, unknown> =>
  Object.fromEntries(keyValues.map(({ key, value }: Json) => [key, Object.values(value)[0]]));

/** The spans of an OTLP/JSON request, or of a line on stdout that holds one. */
export const spansOfRequest = (body: string): ReceivedSpan[] =>
  (JSON.parse(body) as Json).resourceSpans.flatMap((resourceSpans: Json) =>
    resourceSpans.scopeSpans.flatMap((scopeSpans: Json) =>
      scopeSpans.spans.map((span: Json) => ({
        ...span,
        startMs: Number(BigInt(span.startTimeUnixNano) / 1_000n) / 1_000,
        endMs: Number(BigInt(span.endTimeUnixNano) / 1_000n) / 1_000,
        status: span.status?.code ?? 0,
        attributes: record(span.attributes),
        resource: record(resourceSpans.resource.attributes),
      })),
    ),
  );

export class OtlpReceiver {
  readonly #accept: Answer = (_request, response, body) => {
    this.spans.push(...spansOfRequest(body));
    response.end('{}');
  };
  readonly #server: Server;
  spans: ReceivedSpan[] = [];
  requests = 0;
  /** Replace it to answer otherwise. Spans count only when this accepted them. */
  answer: Answer = this.#accept;

  constructor() {
    this.#server = createServer((request, response) => {
      this.requests += 1;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const isPacked = request.headers['content-encoding'] === 'gzip';
        this.answer(request, response, (isPacked ? gunzipSync(body) : body).toString('utf8'));
      });
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await receiver.listen();
    return receiver;
  }

  /** Begins, after {@link close} anew: on another port, with nothing received and the answer that accepts. */
  async listen(): Promise<void> {
    this.spans = [];
    this.requests = 0;
    this.answer = this.#accept;
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  named(name: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
