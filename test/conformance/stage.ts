/** What every conformance test stands on: a running collector with a store, requests over real sockets, a look at the rows. */
import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { ask, collectorForAllTests } from '../support/collector.ts';
import { newTraceId, request, span } from '../support/spans.ts';
import { readRpcStatus, requestBytes, withBase64Ids } from '../unit/collector/otlp-schema.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export type Headers = Readonly<Record<string, string>>;

export const json: Headers = { 'Content-Type': 'application/json' };
export const protobuf: Headers = { 'Content-Type': 'application/x-protobuf' };
export const gzip: Headers = { 'Content-Encoding': 'gzip' };

export const maxBodyBytes = 64 * 1024 * 1024;

export const oneSpan = (name: string, traceId = newTraceId()) =>
  request([span({ name, traceId, startMs: Date.now(), durationMs: 5 })]);

/** As `@bufbuild/protobuf` writes it. */
export const inProtobuf = (body: unknown) => requestBytes(withBase64Ids(body as never));

/** `google.rpc.Status` in the answer's own encoding. */
export const statusOf = ({ headers, body }: Answer): { code: number; message: string } =>
  headers['content-type'] === 'application/x-protobuf'
    ? readRpcStatus(body)
    : (JSON.parse(body.toString()) as { code: number; message: string });

/** One POST on a connection of its own. @param chunks in how many pieces the body is written */
export function postTo(url: string, body: Uint8Array | string, headers: Headers, chunks = 1): Promise<Answer> {
  const bytes = Buffer.from(body as string);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${url}/v1/traces`,
      { method: 'POST', headers, agent: false, timeout: 15_000 },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    sent.on('error', reject);
    const size = Math.max(1, Math.ceil(bytes.length / chunks));
    for (let at = 0; at < bytes.length; at += size) sent.write(bytes.subarray(at, at + size));
    sent.end();
  });
}

/** Writes as it stands, and gives what came until the other side closed. */
export async function rawTo(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  // A reset after the answer is a way of closing too.
  socket.on('error', () => {});
  const answer: Buffer[] = [];
  socket.on('data', (data: Buffer) => answer.push(data));
  for (const part of parts) socket.write(part);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(answer).toString();
}

export interface StoredSpan {
  trace_id: string;
  span_id: string;
  kind: number;
  status_code: number;
  status_message: string;
  started_at: string;
  duration_ns: string | null;
  scope_name: string;
  resource: string;
  attributes: string;
}

/** Call it inside `describe`. */
export const conformanceStage = () => {
  const running = collectorForAllTests();
  return {
    running,
    get url() {
      return running.collector.url;
    },
    post: (body: Uint8Array | string, headers: Headers, chunks = 1) =>
      postTo(running.collector.url, body, headers, chunks),
    /** Spans of this name, without the doubles that ClickHouse would merge later. */
    stored: (name: string) =>
      ask<StoredSpan>(
        running.store.engine.url,
        `SELECT trace_id, span_id, kind, status_code, status_message, toString(started_at) AS started_at,
           toString(duration_ns) AS duration_ns, scope_name, resource, attributes
         FROM spans FINAL WHERE name = '${name.replace(/[\\']/g, '\\$&')}'`,
      ),
    /** Wants this many rows of that name, now that all that was acknowledged has been inserted. */
    async holds(name: string, count: number): Promise<StoredSpan[]> {
      assert.ok(await running.collector.drained(10_000), 'what was acknowledged is inserted');
      const rows = await this.stored(name);
      assert.equal(rows.length, count, `rows of ${name}`);
      return rows;
    },
  };
};
