/** Money through the whole path: spans in by HTTP, the ranking and the bill out. Figures are those of the providers' own examples. */
import assert from 'node:assert/strict';
import { Big } from 'big.js';
import { seededRandom } from '#benchmarks/src/random.js';
import type { Cost, MonthlyBill, RankedFunction } from '#collector/index.js';
import { activeMs, azureFlexRule, cloudRunRule, type Interval } from '#collector/model/pricing/index.js';
import { collectorForAllTests } from '../support/collector.ts';
import { invocationSpans, lambdaResource, span, store200 } from '../support/spans.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
type Resource = Record<string, string | number>;

const mb = 1_048_576;
const x86 = { ...lambdaResource, 'host.arch': 'amd64', 'cloud.region': 'us-east-1' };
const azure: Resource = {
  'cloud.provider': 'azure',
  'cloud.platform': 'azure_functions',
  'cloud.account.id': 'subscription',
  'cloud.region': 'West Europe',
};
const google: Resource = { 'cloud.provider': 'gcp', 'cloud.account.id': 'project', 'cloud.region': 'us-central1' };

describe('money', () => {
  const running = collectorForAllTests();
  /** Three hours and more ago, at the beginning of an hour. */
  const startMs = Math.floor(Date.now() / hourMs) * hourMs - 5 * hourMs;

  const store = (name: string, resource: Resource, spans: readonly object[]): Promise<void> =>
    store200(running.collector.url, spans, { ...resource, 'faas.name': name });
  const ranked = async (name: string): Promise<RankedFunction> => {
    // A question waits for that by itself, but on a busy machine not long enough.
    await running.store.seal();
    const { functions } = await running.store.ranking({ sinceMs: dayMs, sort: 'cost', limit: 5, filter: name });
    assert.equal(functions.length, 1, `${functions.length} functions match ${name}`);
    return functions[0] as RankedFunction;
  };
  const costOf = async (name: string): Promise<Cost> => (await ranked(name)).cost;
  const warm = (id: string, atMs: number, executionMs: number): object[] =>
    invocationSpans({ id, startMs: atMs, kind: 'warm', executionMs });
  /** An execution that stands for so many. */
  const sampled = (id: string, atMs: number, executionMs: number, rate: number): object[] => [
    span({
      kind: 2,
      startMs: atMs,
      durationMs: executionMs,
      attributes: {
        'faas.invocation.id': id,
        'coldlens.phase': 'invocation',
        'coldlens.start.kind': 'warm',
        'coldlens.sample_rate': rate,
        'faas.trigger': 'http',
      },
    }),
  ];
  const platform = (id: string, atMs: number, figures: Record<string, string | number>): object =>
    span({
      startMs: atMs,
      durationMs: 1,
      attributes: {
        'faas.invocation.id': id,
        'coldlens.phase': 'platform',
        ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [`coldlens.platform.${name}`, value])),
      },
    });
  const dollars = (cost: Cost, expected: string): void => {
    assert.notEqual(cost.totalUsd, null, cost.reason ?? '');
    assert.equal(new Big(cost.totalUsd ?? 0).toFixed(14), new Big(expected).toFixed(14));
  };
  const billOf = async (path: string): Promise<MonthlyBill> => {
    const response = await fetch(`${running.collector.url}/api/v1/bill?${path}`);
    const answer = (await response.json()) as MonthlyBill;
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer;
  };

  describe('of the worked example', () => {
    const account = '000000000256';
    before(() =>
      // 30 that stand for 100,000 each.
      store(
        'worked-example',
        { ...x86, 'cloud.account.id': account, 'cloud.platform': 'aws_lambda', 'faas.max_memory': 256 * mb },
        Array.from({ length: 30 }, (_, at) => sampled(`w${at}`, startMs + at * 1_000, 100, 1e-5)).flat(),
      ),
    );

    it('is 1.85 dollars in the ranking', async () => {
      const { invocations, cost } = await ranked('worked-example');
      assert.equal(invocations, 3_000_000);
      // 0.60 + 75,000 GB-s x 0.0000166667
      dollars(cost, '1.8500025');
      assert.equal(cost.reason, null);
    });

    it('is 1.85 dollars in the bill, and 0.40 with the free tier', async () => {
      const without = await billOf(`account=${account}`);
      assert.deepEqual([without.totalUsd, without.complete, without.scaledFromDays], ['1.8500025', true, null]);
      const [bill] = without.accounts;
      assert.deepEqual(
        bill?.lines.map(({ product, region, arch, unit, units, chargedUnits, usd, date }) => [
          ...[product, region, arch, unit, units],
          ...[chargedUnits, usd, date],
        ]),
        [
          ['lambda', 'us-east-1', '', 'request', '3000000', '3000000', '0.6', '2026-09-19'],
          ['lambda', 'us-east-1', 'x86_64', 'GB-second', '75000', '75000', '1.2500025', '2026-09-19'],
        ],
      );
      const free = await billOf(`account=${account}&freeTier=true`);
      assert.equal(free.totalUsd, '0.4');
      assert.deepEqual(
        free.accounts[0]?.lines.map(({ chargedUnits }) => chargedUnits),
        ['2000000', '0'],
      );
    });

    it('has an API Gateway beside it where asked for', async () => {
      // 3 M x 1.00 and 3 M x 3.50 a million
      assert.equal((await billOf(`account=${account}&apiGateway=http`)).totalUsd, '4.8500025');
      assert.equal((await billOf(`account=${account}&apiGateway=rest`)).totalUsd, '12.3500025');
    });

    it('is scaled to 30 days where the window is another, and says so', async () => {
      const { scaledFromDays, totalUsd } = await billOf(`account=${account}&since=10d`);
      assert.ok(scaledFromDays !== null && scaledFromDays >= 10 && scaledFromDays < 10.05);
      assert.ok(Math.abs(Number(totalUsd) - (1.8500025 * 30) / scaledFromDays) < 1e-5, totalUsd);
    });
  });

  it('of provisioned concurrency has its own rate, told by the agent or by the platform, and no free tier', async () => {
    const resource = { ...x86, 'cloud.account.id': 'provisioned', 'faas.max_memory': 1024 * mb };
    await store(
      'provisioned-agent',
      { ...resource, 'coldlens.sku': 'provisioned-concurrency' },
      warm('p', startMs, 1_000),
    );
    const figures = { duration_ms: 1_000, billed_ms: 1_000, init_type: 'provisioned-concurrency' };
    await store('provisioned-platform', resource, [platform('p', startMs, figures)]);
    for (const name of ['provisioned-agent', 'provisioned-platform']) {
      const cost = await costOf(name);
      dollars(cost, '0.0000099222');
      assert.match(cost.reason ?? '', /stand by/);
    }
    assert.equal((await billOf('account=provisioned&freeTier=true')).totalUsd, '0.0000198444');
  });

  it('of an init before the call is in the bill and the cold cost, also where the span of the invocation begins with the call', async () => {
    const [root, ...phases] = invocationSpans({
      ...{ id: 'called-late', startMs, kind: 'cold', runtimeStartMs: 50, initMs: 1_849.5, executionMs: 100 },
    });
    const late = span({
      ...{ name: 'invocation', kind: 2, startMs: startMs + 2_100, durationMs: 100 },
      attributes: {
        ...{ 'faas.invocation.id': 'called-late', 'coldlens.phase': 'invocation' },
        ...{ 'coldlens.start.kind': 'cold', 'coldlens.start.certainty': 'inferred', 'coldlens.idle_ms': 200 },
      },
    });
    const traceId = (root as { traceId?: string }).traceId;
    await store('called-late', x86, [{ ...late, traceId }, ...phases, ...warm('called-again', startMs + 9_000, 100)]);
    const { coldUsd, totalUsd } = await costOf('called-late');
    // At 512 MB: 2,000 ms and 100 ms, of which 1,900 are the cold start's; and two requests.
    const gbSecondUsd = 0.0000166667;
    assert.ok(Math.abs((coldUsd ?? 0) - 1.9 * 0.5 * gbSecondUsd) < 1e-12, String(coldUsd));
    assert.ok(Math.abs((totalUsd ?? 0) - (2.1 * 0.5 * gbSecondUsd + 2 * 0.0000002)) < 1e-12, String(totalUsd));
  });

  it('of Azure Consumption is by the memory used, up to 128 MB, and at least 100 ms', async () => {
    const resource = { ...azure, 'coldlens.sku': 'Dynamic' };
    await store('consumption', resource, [
      // 100 ms x 128 MB, 101 ms x 256 MB, 200 ms x 1,536 MB
      platform('a', startMs, { duration_ms: 3, memory_used_mb: 90 }),
      platform('b', startMs, { duration_ms: 100.5, memory_used_mb: 129 }),
      platform('c', startMs, { duration_ms: 200, memory_used_mb: 4_000 }),
    ]);
    const mbMs = 100 * 128 + 101 * 256 + 200 * 1_536;
    dollars(await costOf('consumption'), new Big(mbMs).div(1_024_000).times('0.000016').plus('0.0000006').toFixed());
    await store('unused', resource, warm('a', startMs, 3));
    assert.match((await costOf('unused')).reason ?? '', /memory used/);
  });

  it('of Azure Flex shares the time of an instance, a second at least, over the functions of an app', async () => {
    const resource = {
      ...azure,
      'coldlens.sku': 'FlexConsumption',
      'faas.instance': 'flex-1',
      'faas.max_memory': 2048 * mb,
    };
    await store('flex-one', resource, [...warm('a', startMs, 1_450), ...warm('b', startMs + 1_000, 700)]);
    // From 0 to 1,700 ms; then 10 ms alone, which are a second.
    await store('flex-two', resource, [...warm('c', startMs + 600, 500), ...warm('d', startMs + 60_000, 10)]);
    const [one, two] = [await costOf('flex-one'), await costOf('flex-two')];
    const rate = new Big(2).times('0.000026');
    assert.equal(
      ((one.totalUsd ?? 0) + (two.totalUsd ?? 0)).toFixed(12),
      rate.times('2.7').plus('0.0000016').toFixed(12),
    );
    dollars(two, rate.times(1).plus('0.0000008').toFixed());
  });

  for (const [memoryMb, usd] of [
    [128, '0.00000023125'],
    [256, '0.0000004625'],
    [1024, '0.00000165'],
    [2048, '0.0000029'],
    [8192, '0.0000068'],
  ] as const) {
    it(`of Google's 1st gen is ${usd} for 100 ms at ${memoryMb} MB`, async () => {
      const resource = { ...google, 'cloud.platform': 'gcp.cloud_functions', 'faas.max_memory': memoryMb * mb };
      const name = `first-gen-${memoryMb}-mb`;
      await store(name, resource, warm('a', startMs, 99.2));
      dollars(await costOf(name), new Big(usd).plus('0.0000004').toFixed());
    });
  }

  const run = { ...google, 'cloud.platform': 'gcp_cloud_run', 'faas.max_memory': 1024 * mb, 'coldlens.vcpu': '1' };

  it('of Cloud Run shares the time of an instance, start-up included, and knows what the cold start added', async () => {
    await store('run-shared', { ...run, 'faas.instance': 'run-1' }, [
      // The start takes 2,000 ms, its request 1,000 ms; two more are within it.
      ...invocationSpans({ id: 'c', startMs, kind: 'cold', runtimeStartMs: 500, initMs: 1_500, executionMs: 1_000 }),
      ...warm('a', startMs + 2_100, 400),
      ...warm('b', startMs + 2_200, 1_050),
      // Alone.
      ...warm('d', startMs + 60_000, 1_000),
    ]);
    const cost = await costOf('run-shared');
    const perSecond = new Big('0.000024').plus('0.0000025');
    // 0 to 3,250 ms, which is 3.3 s, and 1 s.
    dollars(cost, perSecond.times('4.3').plus('0.0000016').toFixed());
    // The cold one added 3 s, the warm ones 0, 0.3 and 1 s.
    assert.equal(cost.coldUsd?.toFixed(12), perSecond.times(new Big(3).minus(new Big('1.3').div(3))).toFixed(12));
    assert.match(cost.reason ?? '', /request-based/);
  });

  it('of Cloud Run infers the CPU from the memory, says so, and knows no price where it does not follow', async () => {
    const { 'coldlens.vcpu': _, ...unknown } = run;
    await store('run-inferred', { ...unknown, 'faas.instance': 'run-2' }, warm('a', startMs, 100));
    const cost = await costOf('run-inferred');
    dollars(cost, new Big('0.000024').times('0.0583').plus(new Big('0.0000025').div(10)).plus('0.0000004').toFixed());
    assert.match(cost.reason ?? '', /inferred/);
    await store('run-large', { ...unknown, 'faas.max_memory': 4096 * mb }, warm('a', startMs, 100));
    assert.match((await costOf('run-large')).reason ?? '', /coldlens\.vcpu/);
  });

  it('of Workers is by the CPU time that Cloudflare exports, which nothing else tells', async () => {
    const workers = {
      'cloud.provider': 'cloudflare',
      'cloud.platform': 'cloudflare.workers',
      'cloud.account.id': 'workers',
    };
    const cpu = { 'faas.invocation_id': 'a', 'cloudflare.cpu_time_ms': 12 };
    await store('worker-told', workers, [span({ kind: 2, startMs, durationMs: 50, attributes: cpu })]);
    dollars(await costOf('worker-told'), new Big('0.00000002').times(12).plus('0.0000003').toFixed());
    await store('worker-untold', workers, warm('a', startMs, 5));
    assert.match((await costOf('worker-untold')).reason ?? '', /CPU time/);
    const { accounts, complete } = await billOf('account=workers');
    // The plan has room for both.
    assert.deepEqual([accounts[0]?.totalUsd, complete], ['5', false]);
    assert.deepEqual(
      accounts[0]?.unpriced.map(({ units }) => units),
      ['1'],
    );
  });

  const nowhere: [string, Resource, RegExp][] = [
    ['managed-instances', { ...x86, 'coldlens.sku': 'lambda-managed-instances' }, /EC2 instance/],
    ['premium-plan', { ...azure, 'coldlens.sku': 'ElasticPremium' }, /Premium and dedicated/],
    ['no-plan', azure, /plan was not told/],
    ['instance-based', { ...run, 'coldlens.sku': 'instance-based' }, /life of instances/],
    ['on-containers', { ...x86, 'cloud.platform': 'aws_ecs' }, /not told what they are billed as/],
    ['other-provider', { 'cloud.provider': 'x'.repeat(600) }, /not told what they are billed as/],
    ['moon-region', { ...x86, 'cloud.region': "moon-1'; --" }, /no price for moon-1/],
    ['other-arch', { ...x86, 'host.arch': 'riscv64' }, /architecture/],
    [
      'odd-size',
      { ...google, 'cloud.platform': 'gcp_cloud_functions', 'faas.max_memory': 300 * mb },
      /memory size of the 1st gen/,
    ],
    ['no-memory', { ...x86, 'faas.max_memory': -1 }, /memory size/],
  ];

  it('is not known, never 0, with the reason, where there is no price or nothing to price by', async () => {
    for (const [name, resource] of nowhere) await store(name, resource, warm('a', startMs, 100));
    for (const [name, , reason] of nowhere) {
      const { cost, invocations } = await ranked(name);
      assert.deepEqual([invocations, cost.totalUsd, cost.coldUsd], [1, null, null], name);
      assert.match(cost.reason ?? '', reason, name);
    }
  });

  it('is put in order over all providers, what has none last', async () => {
    for (const [sort, key] of [
      ['cost', 'totalUsd'],
      ['cold-cost', 'coldUsd'],
    ] as const) {
      const { functions } = await running.store.ranking({ sinceMs: dayMs, sort, limit: 100 });
      const values = functions.map(({ cost }) => cost[key]);
      const sorted = values.toSorted((a, b) => (b ?? -1) - (a ?? -1));
      assert.deepEqual(values, sorted, sort);
      assert.ok(functions.length > 20 && values.at(-1) === null);
    }
  });

  it('is the same in a short window, from the parts themselves', async () => {
    const atMs = Date.now() - 30 * 60_000;
    await store('run-recent', { ...run, 'faas.instance': 'run-3' }, [
      ...invocationSpans({
        id: 'c',
        startMs: atMs,
        kind: 'cold',
        runtimeStartMs: 500,
        initMs: 1_500,
        executionMs: 1_000,
      }),
      ...warm('b', atMs + 2_200, 1_050),
    ]);
    for (const sinceMs of [hourMs, dayMs]) {
      const { functions } = await running.store.ranking({ sinceMs, sort: 'cost', limit: 5, filter: 'run-recent' });
      dollars(functions[0]?.cost as Cost, new Big('0.0000265').times('3.3').plus('0.0000008').toFixed());
    }
  });

  describe('of many functions', () => {
    before(() => store('recent-too', x86, warm('d', Date.now() - 20 * 60_000, 40)));

    for (const [what, asked] of [
      ['all functions', { sinceMs: dayMs }],
      ['what a filter leaves', { sinceMs: dayMs, filter: 'a' }],
      ['what a window of parts has', { sinceMs: hourMs }],
      ['one region', { sinceMs: dayMs, only: { region: 'us-central1' } }],
    ] as const) {
      it(`is told of ${what} where few of them are listed`, async () => {
        for (const sort of ['cold-p99', 'cost'] as const) {
          const query = { ...asked, sort, totals: true };
          const all = await running.store.ranking({ ...query, limit: 1_000 });
          assert.equal(all.totals, null);
          assert.ok(all.functions.length > 1, JSON.stringify(asked));
          const { totals } = await running.store.ranking({ ...query, limit: 1 });
          const sum = (of: (one: RankedFunction) => number | null): number =>
            all.functions.reduce((known, one) => known + (of(one) ?? 0), 0);
          assert.equal(totals?.functions, all.functions.length);
          assert.equal(
            totals.invocations,
            sum(({ invocations }) => invocations),
          );
          assert.equal(
            totals.coldStarts,
            sum(({ coldStarts }) => coldStarts),
          );
          for (const name of ['coldUsd', 'monthlyUsd'] as const) {
            const expected = sum(({ cost }) => cost[name]);
            const isKnown = all.functions.some(({ cost }) => cost[name] !== null);
            if (!isKnown) assert.equal(totals[name], null);
            // The window of a month's worth ends a moment later.
            else
              assert.ok(
                Math.abs((totals[name] ?? Number.NaN) / expected - 1) < 1e-4,
                `${name}: ${totals[name]}, ${expected}`,
              );
          }
          assert.equal((await running.store.ranking({ ...query, totals: false, limit: 1 })).totals, null);
        }
      });
    }
  });

  it('shares time across hours, as one meter over all of an instance does', async () => {
    const next = seededRandom(7);
    const whole = (most: number): number => Math.floor(next() * most);
    for (const [kind, rule, resource, rate] of [
      ['flex', azureFlexRule, { ...azure, 'coldlens.sku': 'FlexConsumption', 'faas.max_memory': 512 * mb }, '0.000013'],
      ['run', cloudRunRule, run, '0.0000265'],
    ] as const) {
      for (const gapMs of [20, 400, 4_000]) {
        const name = `shared-${kind}-${gapMs}-ms`;
        // Around the edge of an hour.
        let atMs = startMs + hourMs - 60 * gapMs;
        const intervals: Interval[] = Array.from({ length: 120 }, () => {
          atMs += whole(2 * gapMs);
          return { startMs: atMs, endMs: atMs + 1 + whole(gapMs * (next() < 0.1 ? 8 : 1)) };
        });
        const spans = intervals.flatMap((one, at) => warm(`s${at}`, one.startMs, one.endMs - one.startMs));
        await store(name, { ...resource, 'faas.instance': name }, spans);
        const { totalUsd } = await costOf(name);
        const requests = new Big('0.0000004').times(120);
        const ms = new Big(totalUsd ?? 0).minus(requests).div(rate).times(1_000).round(3);
        assert.equal(ms.toFixed(), String(activeMs(intervals, rule)), name);
      }
    }
  });

  it('never adds up what cannot be true', async () => {
    await store('absurd', x86, [
      platform('a', startMs, { duration_ms: 5, billed_ms: -5, memory_used_mb: -1 }),
      platform('b', startMs, { duration_ms: 5, billed_ms: 1e15 }),
      platform('c', startMs, { duration_ms: 5, billed_ms: 40 * dayMs }),
      platform('d', startMs, { duration_ms: 5, billed_ms: 1_000 }),
    ]);
    const { invocations, cost } = await ranked('absurd');
    assert.equal(invocations, 4);
    dollars(cost, new Big('0.0000166667').div(2).plus('0.0000002').toFixed());
    assert.match(cost.reason ?? '', /^without 3 of its invocations/);
  });

  it('has a bill of every account, of which what is missing is named', async () => {
    const { accounts, totalUsd, complete, unverified } = await billOf('');
    assert.equal(complete, false);
    assert.equal(unverified, false);
    const sum = accounts.reduce((all, { totalUsd: usd }) => all.plus(usd), new Big(0));
    assert.equal(sum.toFixed(), totalUsd);
    const subscription = accounts.find(({ provider }) => provider === 'azure');
    assert.ok(subscription?.unpriced.some(({ reason }) => reason.includes('Premium')));
    const shown = accounts.find(({ account }) => account === lambdaResource['cloud.account.id']);
    assert.ok(shown?.unpriced.some(({ reason }) => reason.includes('moon-1')));
  });

  const refused: [string, RegExp][] = [
    ['freeTier=maybe', /"maybe" is no free tier/],
    ['since=never', /never/],
    ['apiGateway=soap', /"soap" is no API Gateway/],
    ['acount=1', /"acount" is no parameter of the bill/],
  ];
  for (const [path, message] of refused) {
    it(`refuses ${path}`, async () => {
      const response = await fetch(`${running.collector.url}/api/v1/bill?${path}`);
      const { error } = (await response.json()) as { error: string };
      assert.equal(response.status, 400);
      assert.match(error, message);
    });
  }
});
