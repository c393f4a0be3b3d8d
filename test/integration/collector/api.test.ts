/** The read API over HTTP: real answers are as the description says, and what is wrong is told in one sentence. */
import assert from 'node:assert/strict';
import { openApi, openApiPath } from '#collector/api/openapi.js';
import { operations } from '#collector/api/operations.js';
import { collectorSource } from '#collector/index.js';
import { ask as askStore, collectorForAllTests } from '../../support/collector.ts';
import { benchSample, invocationSpans, lambdaResource, newSpanId, request, send, span } from '../../support/spans.ts';

/** As much of JSON Schema as the description uses. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  items?: Schema;
  anyOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
}

interface Response {
  headers?: Record<string, object>;
  content?: Record<string, { schema: Schema }>;
}

interface Description {
  paths: Record<string, { get: { parameters: { name: string }[]; responses: Record<string, Response> } }>;
  components: { schemas: Record<string, Schema> };
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Throws at the first place where a value is not as described; no member may be missing, and none may be more. */
const assertDescribed = (value: unknown, schema: Schema, { components }: Description, where: string): void => {
  const { $ref, type, items, anyOf, required = [], properties, ...unread } = schema;
  assert.deepEqual(unread, {}, `${where} is described in words that this test does not know`);
  const inner = (one: unknown, of: Schema, at: string): void =>
    assertDescribed(one, of, { components } as Description, at);
  if ($ref !== undefined) {
    const referred = components.schemas[$ref.replace('#/components/schemas/', '')];
    assert.ok(referred, $ref);
    inner(value, referred, where);
  } else if (anyOf !== undefined) {
    const fitting = anyOf.find((one) => (one.type === 'null') === (value === null));
    assert.ok(fitting, where);
    inner(value, fitting, where);
  } else {
    assert.ok([type].flat().includes(typeOf(value)), `${where} is ${JSON.stringify(value)}, not ${type}`);
    if (Array.isArray(value) && items) for (const [at, item] of value.entries()) inner(item, items, `${where}[${at}]`);
    if (properties) {
      assert.deepEqual(Object.keys(value as object).sort(), Object.keys(properties).sort(), where);
      assert.deepEqual(Object.keys(properties), required, where);
      for (const [name, member] of Object.entries(properties)) {
        inner((value as Record<string, unknown>)[name], member, `${where}.${name}`);
      }
    }
  }
};

describe('the read API', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 3 * 3_600_000;
  const name = "o'dd/näme?&";
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name };

  const tell = async (spans: readonly object[], version = '1'): Promise<void> => {
    const resource = { ...lambdaResource, 'faas.name': name, 'faas.version': version };
    const response = await send(running.collector.url, request(spans, resource));
    assert.equal(response.status, 200);
    await running.store.seal();
  };

  before(async () => {
    const spans = invocationSpans({
      id: 'i 1',
      startMs,
      kind: 'cold',
      runtimeStartMs: 40,
      initMs: 200,
      executionMs: 10,
    });
    const warm = invocationSpans({ id: 'w', startMs, kind: 'warm', executionMs: 5 });
    const { traceId } = spans[0] as { traceId: string };
    const module = span({
      traceId,
      spanId: newSpanId(),
      startMs,
      durationMs: 50,
      attributes: { 'coldlens.module.package': 'zod', 'coldlens.module.self_ms': 50, 'coldlens.module.total_ms': 50 },
    });
    await tell([...spans, ...warm, module]);
    await running.store.insertBenchSamples(
      ['base', 'head'].map((side) => benchSample({ side: side as 'base' | 'head' })),
    );
    await tell(
      invocationSpans({ id: 'deployed', startMs: startMs + 2 * 3_600_000, kind: 'warm', executionMs: 5 }),
      '2',
    );
    // Of Lambda nobody tells such a thing; the answer has a place for it all the same.
    const { provider, account, region } = identity;
    await askStore(
      running.store.engine.url,
      `INSERT INTO instance_starts
        (day, provider, account, region, function_name, instance_id, started_at, init_ns, moment, is_ahead)
      VALUES (today(), '${provider}', '${account}', '${region}', '${name.replace("'", "\\'")}', 'v1', now64(9), 6000000, 'uploaded', 1)`,
    );
  });

  const ask = async (
    path: string,
    parameters: Record<string, string> = {},
    { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
  ) => {
    const url = `${running.collector.url}${path}?${new URLSearchParams(parameters)}`;
    const response = await fetch(url, { method, headers });
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, text, body };
  };

  const description = async (): Promise<Description> => (await ask(openApiPath)).body as unknown as Description;

  /** What is told for a status is what is described for it. */
  const assertAnswer = async (path: string, answer: Awaited<ReturnType<typeof ask>>): Promise<void> => {
    const all = await description();
    const described = all.paths[path]?.get.responses[answer.status];
    assert.ok(described, `${path} says nothing of ${answer.status}`);
    for (const header of Object.keys(described.headers ?? {})) assert.ok(answer.headers.get(header), header);
    const schema = described.content?.['application/json']?.schema;
    if (schema) assertDescribed(answer.body, schema, all, `${path} ${answer.status}`);
    else assert.equal(answer.text, '');
  };

  const questions: Readonly<Record<string, Record<string, string>>> = {
    '/api/v1/ranking': { filter: "O'DD", compare: 'before', trend: 'cold-p99' },
    '/api/v1/function': identity,
    '/api/v1/cold-starts': identity,
    '/api/v1/instances': { ...identity, since: '24h' },
    '/api/v1/invocation': { ...identity, id: 'i 1', at: new Date(startMs).toISOString() },
    '/api/v1/modules': identity,
    '/api/v1/packages': identity,
    '/api/v1/live': identity,
    '/api/v1/bench-runs': {},
    '/api/v1/health': {},
    '/api/v1/bill': { apiGateway: 'http' },
  };

  for (const { path } of operations) {
    it(`answers ${path} as it is described`, async () => {
      const answer = await ask(path, questions[path]);
      assert.equal(answer.status, 200, answer.text);
      await assertAnswer(path, answer);
      if (path === '/api/v1/health') return;
      const lists = Object.values(answer.body).filter((value) => Array.isArray(value));
      assert.ok(lists.length > 0 && lists.every((list) => list.length > 0), 'every list has something in it');
    });
  }

  it('describes itself', async () => {
    const described = await description();
    assert.deepEqual(described, JSON.parse(JSON.stringify(openApi(operations))));
    assert.deepEqual(Object.keys(described.paths), Object.keys(questions));
  });

  /** The clock may step on between two questions. */
  const withinAStep = async <T>(twice: () => Promise<readonly [T & { body: object }, T & { body: object }]>) => {
    for (;;) {
      const [first, second] = await twice();
      const [{ until }, { until: later = until }] = [first.body, second.body] as [
        { until?: string },
        { until?: string },
      ];
      if (until === later) return [first, second] as const;
    }
  };

  const lasting = operations.filter(({ isMomentary }) => !isMomentary);
  for (const path of [...lasting.map((operation) => operation.path), openApiPath]) {
    it(`does not send ${path} again while nothing has changed`, async () => {
      const [first, same] = await withinAStep(async () => {
        const answer = await ask(path, questions[path]);
        const headers = { 'If-None-Match': `"other", W/${answer.headers.get('etag')}` };
        return [answer, await ask(path, questions[path], { headers })] as const;
      });
      assert.equal(first.headers.get('cache-control'), 'private, no-cache');
      assert.deepEqual([same.status, same.text], [304, '']);
      for (const header of ['etag', 'cache-control']) assert.equal(same.headers.get(header), first.headers.get(header));
      assert.deepEqual([same.headers.get('content-type'), same.headers.get('content-length')], [null, null]);
      if (path !== openApiPath) await assertAnswer(path, same);
      const head = await ask(path, questions[path], { method: 'HEAD' });
      assert.deepEqual([head.status, head.text, head.headers.has('etag')], [200, '', true]);
    });
  }

  for (const { path } of operations.filter(({ isMomentary }) => isMomentary)) {
    it(`lets nobody keep ${path}`, async () => {
      const { status, headers } = await ask(path, questions[path], { headers: { 'If-None-Match': '*' } });
      assert.deepEqual([status, headers.get('cache-control'), headers.get('etag')], [200, 'no-store', null]);
    });
  }

  it('sends an answer again when something was told', async () => {
    const asked = { filter: name };
    const [first, second] = await withinAStep(async () => {
      const answer = await ask('/api/v1/ranking', asked);
      await tell(invocationSpans({ id: newSpanId(), startMs, kind: 'warm', executionMs: 5 }));
      const headers = { 'If-None-Match': String(answer.headers.get('etag')) };
      return [answer, await ask('/api/v1/ranking', asked, { headers })] as const;
    });
    assert.equal(second.status, 200);
    assert.notEqual(second.headers.get('etag'), first.headers.get('etag'));
  });

  it('gives who asks again and again the same ranking, until something was told', async () => {
    const source = collectorSource(running.collector.url);
    const query = { sinceMs: 24 * 3_600_000, sort: 'cost', limit: 10 } as const;
    const [first, again] = [await source.ranking(query), await source.ranking(query)];
    assert.deepEqual(Object.keys(first), ['since', 'until', 'prices', 'trend', 'totals', 'functions']);
    // The very object, unless a minute ended in between.
    assert.ok(again === first || again.until !== first.until);
    // What was told for another question is known again.
    const sorted = await source.ranking({ ...query, sort: 'cold-p99' });
    assert.ok(sorted.until !== again.until || sorted.functions[0] === again.functions[0]);
    assert.deepEqual((await source.ranking({ ...query, filter: 'nobody' })).functions, []);
    await tell(invocationSpans({ id: newSpanId(), startMs, kind: 'warm', executionMs: 5 }));
    const [before, after] = [again.functions[0], (await source.ranking(query)).functions[0]];
    assert.equal((after?.invocations ?? 0) - (before?.invocations ?? 0), 1);
  });

  const at = new Date(startMs).toISOString();
  const wrong: [string, Record<string, string> | string, number, RegExp][] = [
    ['/api/v1/function', { ...identity, name: 'nobody' }, 404, /no such function in the window/],
    ['/api/v1/invocation', { ...identity, id: 'i 2', at }, 404, /no such invocation within an hour/],
    ['/api/v1/invocation', { ...identity, id: 'i 1', at: 'yesterday' }, 400, /"yesterday" is no at/],
    ['/api/v1/invocation', { ...identity, at }, 400, /parameter id is missing/],
    ['/api/v1/function', { ...identity, names: 'x' }, 400, /"names" is no parameter of a function/],
    ['/api/v1/function', { ...identity, since: '7' }, 400, /since: "7" is no duration/],
    ['/api/v1/packages', { name }, 400, /provider, account, region and name together/],
    ['/api/v1/packages', { limit: '1001' }, 400, /"1001" is no limit/],
    ['/api/v1/modules', { ...identity, trees: '51' }, 400, /"51" is no trees/],
    ['/api/v1/modules', { ...identity, name: 'nobody' }, 404, /no such function in the window/],
    ['/api/v1/live', { cursor: '-1' }, 400, /cursor is none that this collector gives/],
    ['/api/v1/live', { region: 'eu-central-1' }, 400, /provider, account, region and name together/],
    ['/api/v1/ranking', { memoryMb: '512MB' }, 400, /"512MB" is no memoryMb/],
    ['/api/v1/ranking', { sort: 'name' }, 400, /"name" is no sort/],
    ['/api/v1/ranking', 'sort=cost&sort=cost', 400, /sort is there twice/],
    ['/api/v1/ranking', { Limit: '5' }, 400, /"Limit" is no parameter of the ranking/],
  ];
  for (const [path, parameters, expected, message] of wrong) {
    const search = new URLSearchParams(parameters);
    it(`answers ${expected} to ${path} with ${[...search].at(-1)?.join(' ')}`, async () => {
      const response = await fetch(`${running.collector.url}${path}?${search}`, { headers: { 'If-None-Match': '*' } });
      const text = await response.text();
      const { status, headers } = response;
      const body = JSON.parse(text);
      assert.equal(status, expected);
      await assertAnswer(path, { status, headers, text, body });
      assert.match(body.error, message);
      assert.match(body.error, /^[^.]+\.$/, 'is one sentence');
      assert.match(body.next, /\S\.$/);
    });
  }

  it('refuses other methods with those that it takes, as it is described', async () => {
    for (const { path } of operations) {
      const answer = await ask(path, questions[path], { method: 'DELETE' });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
      await assertAnswer(path, answer);
    }
  });

  it('takes no parameters for its description', async () => {
    const { status, body } = await ask(openApiPath, { format: 'yaml' });
    assert.deepEqual([status, body.error], [400, '"format" is no parameter of the description.']);
  });
});
