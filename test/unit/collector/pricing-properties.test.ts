/** What holds for every quantity, tried with many: the seeds are fixed, so that a failure comes back. */
import assert from 'node:assert/strict';
import { Big } from 'big.js';
import { seededRandom } from '#benchmarks/src/random.js';
import {
  activeIntervals,
  activeMs,
  azureFlexRule,
  builtInPrices,
  cloudRunRule,
  type Interval,
  type IntervalRule,
  type MeteredUnit,
  meterAzureConsumption,
  meterFirstGen,
  meterLambda,
  monthlyBill,
  type Rate,
  subunits,
  type Usage,
} from '#collector/model/pricing/index.js';

const rounds = 300;

const random = seededRandom(20261122);
const upTo = (most: number): number => Math.floor(random() * most);
const pick = <T>(from: readonly T[]): T => {
  const one = from[upTo(from.length)];
  assert.ok(one !== undefined);
  return one;
};

/** Some region that a rate is for. */
const regionOf = ({ provider, product, region }: Rate): string => {
  const zone = builtInPrices.zones.find(
    (candidate) =>
      candidate.name === region && candidate.provider === provider && (candidate.products?.includes(product) ?? true),
  );
  if (zone === undefined) return region;
  return zone.regions === 'any' ? '' : (zone.regions[0] ?? '');
};

type MeteredRate = Rate & { unit: MeteredUnit };

const metered = builtInPrices.rates.filter((rate): rate is MeteredRate => Object.hasOwn(subunits, rate.unit));

/** Any rate of what is metered, with an amount up to twice its last tier. */
function someUsage(): { usage: Usage; rate: MeteredRate } {
  const rate = pick(metered);
  const { provider, product, unit, arch } = rate;
  const bound = Math.max(2_000_000, 2 * Number(rate.tiers.at(-1)?.fromUnits));
  const amount = BigInt(upTo(bound)) * subunits[unit] + BigInt(upTo(Number(subunits[unit])));
  const usage = { provider, product, unit, region: regionOf(rate), amount, ...(arch === undefined ? {} : { arch }) };
  return { usage, rate };
}

const usd = (usages: readonly Usage[], freeTier = false): Big => {
  const bill = monthlyBill(builtInPrices, usages, { freeTier });
  assert.deepEqual(bill.unpriced, []);
  return new Big(bill.totalUsd);
};

describe('a bill', () => {
  it('never falls when more of anything is used', () => {
    for (let round = 0; round < rounds; round += 1) {
      const { usage } = someUsage();
      const other = someUsage().usage;
      const more = { ...usage, amount: usage.amount + BigInt(upTo(1e9)) };
      for (const freeTier of [true, false]) {
        assert.ok(usd([more, other], freeTier).gte(usd([usage, other], freeTier)), JSON.stringify(usage.product));
      }
    }
  });

  it('is the sum of its parts as long as no tier ends, to the last digit', () => {
    for (let round = 0; round < rounds; round += 1) {
      const { usage, rate } = someUsage();
      if (rate.tiers.length > 1 || builtInPrices.grants.some(({ product }) => product === rate.product)) continue;
      const part = usage.amount / BigInt(2 + upTo(9));
      const [one, rest] = [
        { ...usage, amount: part },
        { ...usage, amount: usage.amount - part },
      ];
      assert.equal(
        usd([one])
          .plus(usd([rest]))
          .toFixed(),
        usd([usage]).toFixed(),
      );
      assert.equal(usd([one, rest]).toFixed(), usd([usage]).toFixed());
    }
  });

  it('adds up within the first tier, and is never dearer for being one bill', () => {
    for (let round = 0; round < rounds; round += 1) {
      const [one, other] = [someUsage().usage, someUsage().usage];
      assert.ok(usd([one, other]).lte(usd([one]).plus(usd([other]))));
    }
    const lambda = (units: bigint): Usage[] => [
      { provider: 'aws', region: 'us-east-1', product: 'lambda', unit: 'GB-second', arch: 'x86_64', amount: units },
    ];
    for (let round = 0; round < rounds; round += 1) {
      const [a, b] = [BigInt(upTo(3e15)), BigInt(upTo(3e15))];
      assert.equal(
        usd(lambda(a))
          .plus(usd(lambda(b)))
          .toFixed(),
        usd(lambda(a + b)).toFixed(),
      );
    }
  });

  it('is the same in any order, and with any free tier between nothing and all', () => {
    for (let round = 0; round < rounds; round += 1) {
      const usages = Array.from({ length: 1 + upTo(6) }, () => someUsage().usage);
      const shuffled = usages.toSorted(() => random() - 0.5);
      for (const freeTier of [true, false])
        assert.equal(usd(shuffled, freeTier).toFixed(), usd(usages, freeTier).toFixed());
      assert.ok(usd(usages, true).lte(usd(usages, false)));
      assert.ok(usd(usages, true).gte(0));
    }
  });
});

describe('rounding', () => {
  const ms = (): number => (upTo(3) === 0 ? upTo(2000) : random() * 10 ** upTo(7));

  it('is never below what was used, and less than one step above it', () => {
    for (let round = 0; round < rounds; round += 1) {
      const exact = ms();
      // A nanosecond is the finest that is counted.
      const between = (metered: number, step: number): void => {
        assert.ok(metered >= exact - 1e-6, `${metered} for ${exact}`);
        assert.ok(metered < exact + step + 1e-6, `${metered} for ${exact}`);
      };
      const lambda = meterLambda({ region: 'r', arch: 'arm64', memoryMb: 1, parts: { durationMs: exact } });
      between(Number(lambda.usages[1]?.amount), 1);
      const google = meterFirstGen({ region: 'r', durationMs: exact, memoryMb: 128 });
      between(Number(google.usages[1]?.amount) / 128, 100);
      const azure = meterAzureConsumption({ region: 'r', durationMs: exact + 100, memoryMb: 128 });
      between(Number(azure.usages[1]?.amount) / 128 - 100, 1);
    }
  });

  it('never meters less for more memory or time', () => {
    for (let round = 0; round < rounds; round += 1) {
      const [durationMs, memoryMb] = [ms(), 1 + upTo(3000)];
      const metered = (time: number, size: number): bigint =>
        meterAzureConsumption({ region: 'r', durationMs: time, memoryMb: size }).usages[1]?.amount ?? 0n;
      assert.ok(metered(durationMs + random() * 500, memoryMb) >= metered(durationMs, memoryMb));
      assert.ok(metered(durationMs, memoryMb + upTo(500)) >= metered(durationMs, memoryMb));
    }
  });
});

describe('active intervals', () => {
  const someIntervals = (): Interval[] =>
    Array.from({ length: 1 + upTo(12) }, () => {
      const startMs = upTo(20_000);
      return { startMs, endMs: startMs + upTo(3000) };
    });

  /** The plain definition: how many of the milliseconds have at least one invocation. */
  const covered = (intervals: readonly Interval[]): number => {
    const busy = new Set<number>();
    for (const { startMs, endMs } of intervals) for (let at = startMs; at < endMs; at += 1) busy.add(at);
    return busy.size;
  };

  for (const [name, rule] of [
    ['Azure Flex', azureFlexRule],
    ['Cloud Run', cloudRunRule],
  ] as const satisfies [string, IntervalRule][]) {
    it(`of ${name} cover every busy moment once, and at most a step and the minimum more each`, () => {
      for (let round = 0; round < rounds; round += 1) {
        const invocations = someIntervals();
        const active = activeIntervals(invocations, rule);
        for (const [at, { startMs, meteredMs }] of active.entries()) {
          const next = active[at + 1];
          assert.ok(next === undefined || startMs + Number(meteredMs) <= next.startMs, 'they do not overlap');
          assert.ok(meteredMs % rule.stepMs === 0n && meteredMs >= rule.leastMs);
        }
        const sum = Number(activeMs(invocations, rule));
        assert.ok(sum >= covered(invocations));
        assert.ok(
          sum <=
            invocations.reduce(
              (all, { startMs, endMs }) =>
                all + Math.max(Number(rule.leastMs), Math.ceil((endMs - startMs) / 100) * 100),
              0,
            ),
        );
      }
    });

    it(`of ${name} do not depend on the order`, () => {
      for (let round = 0; round < rounds; round += 1) {
        const invocations = someIntervals();
        assert.equal(activeMs(invocations.toReversed(), rule), activeMs(invocations, rule));
      }
    });
  }

  it('never shrink with one more invocation, where there is no minimum', () => {
    for (let round = 0; round < rounds; round += 1) {
      const invocations = someIntervals();
      const more = [...invocations, ...someIntervals().slice(0, 1)];
      assert.ok(activeMs(more, cloudRunRule) >= activeMs(invocations, cloudRunRule));
    }
  });

  it('of Azure Flex do shrink when an invocation joins two that paid the minimum each', () => {
    const short = [
      { startMs: 0, endMs: 10 },
      { startMs: 1010, endMs: 1020 },
    ];
    assert.equal(activeMs(short, azureFlexRule), 2000n);
    assert.equal(activeMs([...short, { startMs: 5, endMs: 1015 }], azureFlexRule), 1100n);
  });
});
