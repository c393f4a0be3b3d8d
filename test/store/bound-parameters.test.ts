/**
 * No statement is made of what was asked or stored: every statement that questions and sealing send passes a proxy here, and
 * none of them holds the word that every text of the questions and of the stored invocations has in it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operations } from '#collector/api/operations.js';
import { openStore, type Store } from '#collector/index.js';
import { collectorForAllTests, urlWithLogin } from '../support/collector.ts';
import { invocationSpans, store200 } from '../support/spans.ts';

const word = 'Zq7word';
const text = (name: string): string => `${name} ${word} ' OR 1=1 --`;

/** The statement alone: parameters go in the address, or in parts of their own. */
function statementOf({ headers, url = '' }: IncomingMessage, body: string): string {
  const inAddress = new URL(url, 'http://h').searchParams.get('query') ?? '';
  const boundary = /^multipart\/form-data; *boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return `${inAddress}${body}`;
  const parts = body.split(`--${boundary}`).filter((part) => /name="query"/.test(part));
  return `${inAddress}${parts.join('')}`;
}

describe('a statement', function () {
  this.timeout(60_000);
  const running = collectorForAllTests();
  const statements: string[] = [];
  let proxy: Server;
  let store: Store;

  before(async () => {
    const { hostname, port } = new URL(running.store.engine.url);
    proxy = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      // An insert brings its rows with it.
      const isInsert = /INSERT INTO \w+ \([^)]*\) FORMAT/.test(
        new URL(request.url ?? '', 'http://h').searchParams.get('query') ?? '',
      );
      if (!isInsert) statements.push(statementOf(request, body.toString()));
      const { method, url: path, headers } = request;
      const sent = httpRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      sent.on('error', () => response.destroy());
      sent.end(body);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const own = running.store.engine.url;
    const through = (await urlWithLogin(own)).replace(new URL(own).port, String((proxy.address() as AddressInfo).port));
    store = await openStore({ clickhouse: `${through}/coldlens` });

    const resource = {
      'cloud.provider': text('provider'),
      'cloud.account.id': text('account'),
      'cloud.region': text('region'),
      'cloud.platform': text('platform'),
      'faas.name': text('name'),
      'faas.version': text('version'),
      'faas.instance': text('instance'),
      'coldlens.runtime': text('runtime'),
      'coldlens.sku': text('sku'),
      'host.arch': text('arch'),
    };
    for (const [id, startMs] of [
      [text('id'), Date.now() - 60_000],
      [text('another id'), Date.now() - 26 * 3_600_000],
    ] as const) {
      const spans = invocationSpans({ id, startMs, kind: 'cold', initMs: 20, executionMs: 5 });
      await store200(running.collector.url, spans, resource);
    }
    // It seals as well, and as the same process would not wait for the other.
    await running.collector.close();
  });
  after(async () => {
    await store?.close();
    proxy?.closeAllConnections();
    proxy?.close();
  });

  const assertNone = (): void => {
    assert.ok(statements.length > 0);
    for (const statement of statements.splice(0)) assert.ok(!statement.includes(word), statement.slice(0, 2_000));
  };

  it('of sealing holds nothing of what is stored', async () => {
    await store.seal();
    assertNone();
  });

  const usual: Readonly<Record<string, string>> = {
    at: new Date(Date.now() - 60_000).toISOString(),
    id: text('id'),
    compare: 'before',
  };

  for (const { path, parameters, answer } of operations) {
    for (const since of ['1h', '24h', '30d']) {
      it(`of ${path} over ${since} holds nothing of the question`, async () => {
        const asked = Object.entries(parameters).flatMap(([name, { schema }]) => {
          if (name === 'cursor') return [];
          if (name === 'since') return [[name, since]];
          if (usual[name] !== undefined) return [[name, usual[name]]];
          return schema.type === 'string' && schema.maxLength !== undefined ? [[name, text(name)]] : [];
        });
        // With all of them, with the identity alone, and with as little as it takes.
        const required = asked.filter(([name = '']) => parameters[name]?.isRequired);
        const some = asked.filter(([name = '']) =>
          ['provider', 'account', 'region', 'name', 'since', 'at', 'id'].includes(name),
        );
        for (const search of [
          asked,
          some,
          [...required, ['since', since]].filter(([name = '']) => name in parameters),
        ]) {
          await answer(store, new URLSearchParams(search as [string, string][]), Date.now());
        }
        assertNone();
      });
    }
  }

  it('that opens a store holds nothing of it', async () => {
    await store.knownFunctions(10);
    assertNone();
  });
});
