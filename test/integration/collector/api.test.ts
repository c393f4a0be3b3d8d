/** The read API over HTTP: real answers look as the description says, and what is wrong is told in one sentence. */
import assert from 'node:assert/strict';
import { openApi, openApiPath } from '#collector/api/openapi.js';
import { operations } from '#collector/api/operations.js';
import type { Shape } from '#collector/api/shape.js';
import { collectorForAllTests } from '../../support/collector.ts';
import { invocationSpans, lambdaResource, newSpanId, request, send, span } from './support.ts';

const types: Readonly<Record<string, string>> = { text: 'string', number: 'number', boolean: 'boolean' };

/** Throws at the first place where a value has not its shape; no member may be missing, and none may be more. */
const assertShape = (value: unknown, shape: Shape, where: string): void => {
  if (typeof shape === 'string') {
    const isNull = value === null && shape.endsWith('?');
    assert.ok(
      isNull || typeof value === types[shape.replace('?', '')],
      `${where} is ${JSON.stringify(value)}, not ${shape}`,
    );
  } else if (Array.isArray(shape)) {
    assert.ok(Array.isArray(value), `${where} is no array`);
    for (const [at, item] of value.entries()) assertShape(item, shape[0] as Shape, `${where}[${at}]`);
  } else if ('?' in shape) {
    if (value !== null) assertShape(value, shape['?'] as Shape, where);
  } else {
    assert.deepEqual(Object.keys(value as object).sort(), Object.keys(shape).sort(), where);
    for (const [name, member] of Object.entries(shape)) {
      assertShape((value as Record<string, unknown>)[name], member, `${where}.${name}`);
    }
  }
};

describe('the read API', () => {
  const running = collectorForAllTests();
  const startMs = Date.now() - 3 * 3_600_000;
  const name = "o'dd/näme?&";
  const identity = { provider: 'aws', account: '123456789012', region: 'eu-central-1', name };

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
    const response = await send(
      running.collector.url,
      request([...spans, ...warm, module], { ...lambdaResource, 'faas.name': name }),
    );
    assert.equal(response.status, 200);
    await running.store.seal();
  });

  const get = async (path: string, parameters: Record<string, string> = {}) => {
    const response = await fetch(`${running.collector.url}${path}?${new URLSearchParams(parameters)}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const questions: Readonly<Record<string, Record<string, string>>> = {
    '/api/v1/ranking': { filter: "O'DD", compare: 'before' },
    '/api/v1/function': identity,
    '/api/v1/invocation': { ...identity, id: 'i 1', at: new Date(startMs).toISOString() },
    '/api/v1/packages': identity,
    '/api/v1/bill': { apiGateway: 'http' },
  };

  for (const { path, shape } of operations) {
    it(`answers ${path} as it is described`, async () => {
      const { status, body } = await get(path, questions[path]);
      assert.equal(status, 200, JSON.stringify(body));
      assertShape(body, shape, path);
      const lists = Object.values(body).filter((value) => Array.isArray(value));
      assert.ok(lists.length > 0 && lists.every((list) => list.length > 0), 'every list has something in it');
    });
  }

  it('describes itself', async () => {
    const { status, body } = await get(openApiPath);
    assert.equal(status, 200);
    assert.deepEqual(body, JSON.parse(JSON.stringify(openApi(operations))));
    assert.deepEqual(Object.keys(body.paths as object), Object.keys(questions));
  });

  const wrong: [string, Record<string, string>, number, RegExp][] = [
    ['/api/v1/function', { ...identity, name: 'nobody' }, 404, /no such thing as a function/],
    [
      '/api/v1/invocation',
      { ...identity, id: 'i 2', at: new Date(startMs).toISOString() },
      404,
      /no such thing as an invocation/,
    ],
    ['/api/v1/invocation', { ...identity, id: 'i 1', at: 'yesterday' }, 400, /"yesterday" is no at/],
    ['/api/v1/invocation', { ...identity, at: new Date(startMs).toISOString() }, 400, /parameter id is missing/],
    ['/api/v1/function', { ...identity, names: 'x' }, 400, /"names" is no parameter of a function/],
    ['/api/v1/packages', { name }, 400, /provider, account, region and name together/],
    ['/api/v1/packages', { limit: '1001' }, 400, /"1001" is no limit/],
  ];
  for (const [path, parameters, expected, message] of wrong) {
    it(`answers ${expected} to ${path} with ${Object.values(parameters).at(-1)}`, async () => {
      const { status, body } = await get(path, parameters);
      assert.equal(status, expected);
      assert.match(String(body.error), message);
      assert.match(String(body.next), /\S/);
    });
  }
});
