/** Which invocation waited for a start that was told apart from it: found when hours are sealed, and once. */
import assert from 'node:assert/strict';
import { namedFunction } from '#collector/model/invocation/facts.js';
import type { InstanceStart } from '#collector/model/invocation/instance-start.js';
import type { PartialInvocation, Report } from '#collector/model/invocation/partial.js';
import type { Told } from '#collector/model/telling.js';
import { readJson } from '#collector/otlp/json.js';
import { rowsOf } from '#collector/store/rows.js';
import { ask, collectorForAllTests } from '../support/collector.ts';
import { invocationSpans, lambdaResource, request } from '../support/spans.ts';

const hourMs = 3_600_000;
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

interface Kind {
  id: string;
  kind: string | null;
  isCertain: number | null;
}

describe('pairing starts with who waited for them', () => {
  const running = collectorForAllTests();
  /** A full hour, sealed and not the open one. */
  const hour = Math.floor(Date.now() / hourMs - 4) * hourMs;
  let tokens = 0;

  const tell = async (told: Partial<Told>): Promise<void> => {
    tokens += 1;
    await running.store.insert({ token: `pairing-${tokens}`, rows: rowsOf(told, Date.now()) });
  };
  const seal = async (): Promise<void> => {
    await running.store.seal();
  };

  const kindsOf = (name: string): Promise<Kind[]> =>
    ask<Kind>(
      running.store.engine.url,
      `SELECT max(invocation_id) AS id, max(platform_start_kind) AS kind, max(platform_is_certain) AS isCertain
       FROM invocation_parts WHERE startsWith(function_name, '${name}') GROUP BY function_name, invocation_key ORDER BY id`,
    );
  const onlyKind = async (name: string): Promise<[string | null, number | null]> => {
    const [found, ...others] = await kindsOf(name);
    assert.deepEqual(others, []);
    return [found?.kind ?? null, found?.isCertain ?? null];
  };
  const coldStarts = async (name: string): Promise<number | null | undefined> => {
    const { functions } = await running.store.ranking({ sinceMs: 24 * hourMs, sort: 'cost', limit: 10, filter: name });
    return functions[0]?.coldStarts;
  };

  /** Blocks that were ever inserted, merged or not. */
  const insertedBlocks = async (): Promise<number> => {
    const [found] = await ask<{ n: number }>(
      running.store.engine.url,
      `SELECT toUInt32(sum(latest)) AS n FROM (
         SELECT max(max_block_number) AS latest FROM system.parts
         WHERE active AND database = currentDatabase() AND table = 'invocation_parts' GROUP BY partition)`,
    );
    return found?.n ?? 0;
  };
  /** What is told of another function lets the hour be sealed once more. */
  const sealAgainAddsOnly = async (atMs: number): Promise<number> => {
    await seal();
    const before = await insertedBlocks();
    await tell({ reports: [report(lambda('bystander'), `bystander-${tokens}`, atMs, {})] });
    await seal();
    return (await insertedBlocks()) - before;
  };

  const lambda = (name: string, stream = 'stream-1') =>
    namedFunction(name, { provider: 'aws', account: '1', region: 'eu-central-1', instanceId: stream });
  const report = (
    of: ReturnType<typeof namedFunction>,
    invocationId: string,
    atMs: number,
    facts: Partial<PartialInvocation>,
  ): Report => ({
    ...{ of, functionName: of.functionName, invocationId, seenNs: ns(atMs) },
    facts: { platformStartedNs: ns(atMs), platformDurationNs: ns(20), ...facts },
  });
  /** REPORT with an Init Duration: nothing says whether anybody waited for that. */
  const reported = { platformStartKind: 'cold', platformIsCertain: 0, platformReportedInitNs: ns(400) } as const;
  const begun = (of: ReturnType<typeof namedFunction>, atMs: number, isAhead = false): InstanceStart => ({
    ...{ of, functionName: of.functionName, instanceId: of.told.instanceId ?? '', moment: 'begun', isAhead },
    ...{ startedNs: ns(atMs), initNs: 0n },
  });

  describe('in the log of Lambda', () => {
    /** Of one function: its start and its report, each told by itself. */
    const story = (name: string, { startedMs = hour, afterMs = 402, isAhead = false } = {}) => {
      const of = lambda(name);
      return {
        start: { starts: [begun(of, startedMs, isAhead)] },
        report: { reports: [report(of, 'i', startedMs + afterMs, reported)] },
      };
    };

    for (const order of ['start', 'report'] as const) {
      it(`is a cold start for certain where it came right after, the ${order} told first`, async () => {
        const name = `waited-${order}`;
        const told = story(name);
        const other = order === 'start' ? 'report' : 'start';
        await tell(told[order]);
        await seal();
        assert.deepEqual(await onlyKind(name), order === 'start' ? [null, null] : ['cold', 0]);
        await tell(told[other]);
        await seal();
        assert.deepEqual(await onlyKind(name), ['cold', 1]);
        assert.equal(await coldStarts(name), 1);
      });
    }

    it('was ahead of its call, inferred, where that came more than 10 s after the init', async () => {
      const late = story('came-late', { afterMs: 10_401 });
      const inTime = story('came-in-time', { afterMs: 10_400 });
      await tell({
        starts: [...late.start.starts, ...inTime.start.starts],
        reports: [...late.report.reports, ...inTime.report.reports],
      });
      await seal();
      assert.deepEqual(await onlyKind('came-late'), ['prewarmed', 0]);
      assert.deepEqual(await onlyKind('came-in-time'), ['cold', 1]);
      assert.equal(await coldStarts('came-late'), 0);
    });

    it('is what the agent says, where it was inferred', async () => {
      const { start, report: told } = story('overruled', { afterMs: 60_000 });
      const body = request(
        invocationSpans({
          ...{ id: 'i', startMs: hour + 60_000, kind: 'cold' },
          ...{ runtimeStartMs: 1, initMs: 2, executionMs: 3 },
        }),
        { ...lambdaResource, 'faas.name': 'overruled', 'cloud.account.id': '1' },
      );
      await tell({ ...start, ...told, spans: readJson(Buffer.from(JSON.stringify(body))) });
      await seal();
      assert.deepEqual(await onlyKind('overruled'), ['prewarmed', 0]);
      assert.equal(await coldStarts('overruled'), 1);
    });

    it('was ahead for certain, where the platform says so', async () => {
      const { start, report: told } = story('provisioned', { isAhead: true });
      await tell({ ...start, ...told });
      await seal();
      assert.deepEqual(await onlyKind('provisioned'), ['prewarmed', 1]);
    });

    it('is found across the full hour', async () => {
      const { start, report: told } = story('across', { startedMs: hour - 100 });
      await tell(start);
      await tell(told);
      await seal();
      assert.deepEqual(await onlyKind('across'), ['cold', 1]);
    });

    it('is the latest of the stream before the call', async () => {
      const of = lambda('twice');
      await tell({
        starts: [begun(of, hour), begun(of, hour + 100_000)],
        reports: [report(of, 'i', hour + 100_402, reported)],
      });
      await seal();
      assert.deepEqual(await onlyKind('twice'), ['cold', 1]);
    });

    it('is none of another stream, account or region, and none of the same name elsewhere', async () => {
      const others = [
        lambda('alone', 'stream-2'),
        namedFunction('alone', { provider: 'aws', account: '2', region: 'eu-central-1', instanceId: 'stream-1' }),
        namedFunction('alone', { provider: 'aws', account: '1', region: 'us-east-1', instanceId: 'stream-1' }),
      ];
      await tell({
        starts: others.map((of) => begun(of, hour)),
        reports: [report(lambda('alone'), 'i', hour + 402, reported)],
      });
      await seal();
      assert.deepEqual(await onlyKind('alone'), ['cold', 0]);
    });

    it('stays cold where an init that was too long ran again inside the call', async () => {
      const of = lambda('again');
      const again = { platformStartKind: 'cold', platformIsCertain: 0, platformInitInside: 1 } as const;
      await tell({ starts: [begun(of, hour)], reports: [report(of, 'i', hour + 10_050, again)] });
      await seal();
      assert.deepEqual(await onlyKind('again'), ['cold', 0]);
    });

    it('is told once, however often the hour is sealed', async () => {
      const { start, report: told } = story('once', { afterMs: 30_000 });
      await tell({ ...start, ...told });
      assert.equal(await sealAgainAddsOnly(hour), 1);
    });
  });

  describe('in requests of Azure', () => {
    const app = (name: string, process: string | null, account = 's') => ({
      of: namedFunction(name, { provider: 'azure', account, region: 'westeurope', instanceId: 'host' }),
      process,
    });
    const call = (
      { of, process }: ReturnType<typeof app>,
      id: string,
      atMs: number,
      facts: Partial<PartialInvocation> = {},
    ): Report => report(of, id, atMs, { platformProcess: process, ...facts });
    const kinds = async (name: string): Promise<[string, string | null, number | null][]> =>
      (await kindsOf(name)).map(({ id, kind, isCertain }) => [id, kind, isCertain]);

    it('the first of a process is the cold one, whatever function it called', async () => {
      const [orders, stock] = [app('shop-a/orders', 'a-1'), app('shop-a/stock', 'a-1')];
      await tell({ reports: [call(orders, '2', hour + 2_000), call(stock, '1', hour + 1_000)] });
      await tell({ reports: [call(orders, '3', hour + 3_000), call(app('shop-a/orders', 'a-2'), '4', hour + 4_000)] });
      await seal();
      assert.deepEqual(await kinds('shop-a'), [
        ['1', 'cold', 0],
        ['2', 'warm', 0],
        ['3', 'warm', 0],
        ['4', 'cold', 0],
      ]);
    });

    it('is another one, where an earlier one is logged later', async () => {
      await tell({ reports: [call(app('shop-b/orders', 'b-1'), '2', hour + 2_000)] });
      await seal();
      assert.deepEqual(await kinds('shop-b'), [['2', 'cold', 0]]);
      await tell({ reports: [call(app('shop-b/orders', 'b-1'), '1', hour + 1_000)] });
      await seal();
      assert.deepEqual(await kinds('shop-b'), [
        ['1', 'cold', 0],
        ['2', 'warm', 0],
      ]);
      assert.equal(await coldStarts('shop-b'), 1);
    });

    it('is none, where the process served somebody hours before', async () => {
      await tell({ reports: [call(app('shop-c/orders', 'c-1'), '1', hour - 5 * hourMs)] });
      await seal();
      await tell({ reports: [call(app('shop-c/orders', 'c-1'), '2', hour)] });
      await seal();
      assert.deepEqual(await kinds('shop-c'), [
        ['1', 'cold', 0],
        ['2', 'warm', 0],
      ]);
    });

    it('leaves alone what is certain, and what names no process', async () => {
      const certain = { platformStartKind: 'cold', platformIsCertain: 1 } as const;
      await tell({
        reports: [
          call(app('shop-d/orders', 'd-1'), '1', hour),
          call(app('shop-d/orders', 'd-1'), '2', hour + 1_000, certain),
          call(app('shop-d/orders', null), '3', hour + 2_000),
        ],
      });
      await seal();
      assert.deepEqual(await kinds('shop-d'), [
        ['1', 'cold', 0],
        ['2', 'cold', 1],
        ['3', null, null],
      ]);
    });

    it('tells processes of different accounts apart', async () => {
      await tell({
        reports: [call(app('shop-e/x', 'e-1', 'a'), '1', hour), call(app('shop-e/x', 'e-1', 'b'), '2', hour + 1_000)],
      });
      await seal();
      assert.deepEqual(await kinds('shop-e'), [
        ['1', 'cold', 0],
        ['2', 'cold', 0],
      ]);
    });

    it('is told once, however often the hour is sealed', async () => {
      const calls = [1, 2, 3].map((at) => call(app('shop-f/orders', 'f-1'), String(at), hour + at * 1_000));
      await tell({ reports: calls });
      assert.equal(await sealAgainAddsOnly(hour), 1);
    });
  });
});
