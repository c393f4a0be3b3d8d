/** What a receiver of OTLP/HTTP has to take (opentelemetry-proto 1.11): each of it arrives, and is stored as it was sent. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Answer, conformanceStage, gzip, inProtobuf, json, oneSpan, protobuf } from './stage.ts';

describe('OTLP/HTTP: what is taken', () => {
  const stage = conformanceStage();
  const { post } = stage;
  const text = (name: string) => JSON.stringify(oneSpan(name));

  const cases: readonly [string, (name: string) => Promise<Answer>][] = [
    ['protobuf', (name) => post(inProtobuf(oneSpan(name)), protobuf)],
    ['JSON', (name) => post(text(name), json)],
    ['gzip protobuf', (name) => post(gzipSync(inProtobuf(oneSpan(name))), { ...protobuf, ...gzip })],
    ['gzip JSON', (name) => post(gzipSync(text(name)), { ...json, ...gzip })],
    [
      'application/json; charset=utf-8',
      (name) => post(text(name), { 'Content-Type': 'application/json; charset=utf-8' }),
    ],
    ['an upper-case media type', (name) => post(text(name), { 'Content-Type': 'APPLICATION/JSON' })],
    ['Content-Encoding: identity', (name) => post(text(name), { ...json, 'Content-Encoding': 'identity' })],
    ['a chunked body', (name) => post(text(name), json, 7)],
    ['a gzip body in chunks', (name) => post(gzipSync(inProtobuf(oneSpan(name))), { ...protobuf, ...gzip }, 20)],
    ['Expect: 100-continue', (name) => post(text(name), { ...json, Expect: '100-continue' })],
    [
      'two gzip members',
      (name) => {
        const body = text(name);
        return post(Buffer.concat([gzipSync(body.slice(0, 50)), gzipSync(body.slice(50))]), { ...json, ...gzip });
      },
    ],
    ['Accept-Encoding: gzip', (name) => post(inProtobuf(oneSpan(name)), { ...protobuf, 'Accept-Encoding': 'gzip' })],
  ];
  for (const [what, send] of cases) {
    it(what, async () => {
      const name = `happy ${what}`;
      const answer = await send(name);
      assert.equal(answer.status, 200, answer.body.toString());
      // Success is an empty ExportTraceServiceResponse in the encoding of the request.
      const isPacked = answer.headers['content-encoding'] === 'gzip';
      const body = isPacked ? gunzipSync(answer.body) : answer.body;
      if (answer.headers['content-type'] === 'application/json') assert.equal(body.toString(), '{}');
      else assert.deepEqual([answer.headers['content-type'], body.length], ['application/x-protobuf', 0]);
      const [span] = await stage.holds(name, 1);
      assert.equal(span?.duration_ns, '5000000');
      assert.equal(span?.scope_name, 'test');
    });
  }

  it('Expect: 100-continue, of a client that waits to be asked for the body', async () => {
    const name = 'happy asked for';
    const body = text(name);
    const socket = connect(stage.running.collector.port, '127.0.0.1');
    socket.setTimeout(5_000, () => socket.destroy());
    const next = async (): Promise<string> => String(await Promise.race([once(socket, 'data'), once(socket, 'close')]));
    try {
      socket.write(
        `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      );
      assert.equal(await next(), 'HTTP/1.1 100 Continue\r\n\r\n');
      socket.write(body);
      assert.match(await next(), /^HTTP\/1\.1 200 /);
    } finally {
      socket.destroy();
    }
    await stage.holds(name, 1);
  });

  for (const [what, body, headers] of [
    ['empty protobuf (0 bytes)', '', protobuf],
    ['{}', '{}', json],
    ['empty resourceSpans', '{"resourceSpans":[]}', json],
    ['resourceSpans that are null', '{"resourceSpans":null}', json],
    ['an empty gzip body', '', { ...protobuf, ...gzip }],
    ['nothing, packed', gzipSync(''), { ...protobuf, ...gzip }],
  ] as const) {
    it(`${what} is an empty request`, async () => {
      const answer = await post(body, headers);
      assert.equal(answer.status, 200, answer.body.toString());
    });
  }
});
