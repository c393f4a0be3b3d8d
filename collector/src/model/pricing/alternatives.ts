/**
 * What the same traffic would cost on containers and on a small virtual machine that run all the time, and from which
 * rate on each is cheaper than the function.
 *
 * Both run at list price for a whole month, without load balancer, disk, traffic and the people who look after them; the
 * function is at the first tier and without its free tier. How much a machine can carry follows from CPU time.
 */
import { type Architecture, gbSecondRate, requestRate } from './aws-lambda.ts';
import { type Big, Decimal, plain } from './decimal.ts';
import { type PriceBook, type Rate, rateFor } from './price-book.ts';
import { firstTierUsd } from './tiers.ts';
import { hoursPerMonth } from './units.ts';

export interface Traffic {
  region: string;
  arch: Architecture;
  /** Mean over the month. */
  requestsPerSecond: number;
  /** Mean billed time of a warm invocation. */
  billedMs: number;
  memoryMb: number;
  /** What the function costs a request, cold starts and all; absent = what a warm one costs. */
  usdPerRequest?: number;
  /** CPU time of a request; absent = all of the function's share of a vCPU for all of its time, which is the most. */
  cpuMs?: number;
}

export interface Alternative {
  name: string;
  /** How many of it are needed; `null` for the function, which counts by request. */
  count: number | null;
  monthlyUsd: string;
  /**
   * Requests a second above which it is cheaper than the function; `null` = never, or it is the function itself.
   */
  breakEvenPerSecond: number | null;
  /** Sources and dates of what it is priced by. */
  rates: Pick<Rate, 'source' | 'date'>[];
  unverified: boolean;
}

export type Alternatives = { found: true; rows: Alternative[]; missing: string[] } | { found: false; reason: string };

const secondsPerMonth = hoursPerMonth * 3600;

/** Lambda gives this much memory a whole vCPU with it (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
const mbPerVcpu = 1769;

/** Sizes of Fargate tasks, each with its smallest and largest memory in GB. */
const fargateSizes = [
  { vcpu: 0.25, fromGb: 0.5, toGb: 2 },
  { vcpu: 0.5, fromGb: 1, toGb: 4 },
  { vcpu: 1, fromGb: 2, toGb: 8 },
  { vcpu: 2, fromGb: 4, toGb: 16 },
  { vcpu: 4, fromGb: 8, toGb: 30 },
] as const;

/** A burstable machine earns CPU credits for 20 % of each of its 2 vCPUs; more does not last. */
const smallMachine = { product: 'ec2 t4g.small', name: 'EC2 t4g.small', sustainedVcpu: 0.4, gb: 2 } as const;

/** Whole requests a second are never needed to this precision; noise of division must not ask for one more machine. */
const noise = 1e-9;

export function alternatives(book: PriceBook, traffic: Traffic): Alternatives {
  const { region, arch, requestsPerSecond, billedMs, memoryMb } = traffic;
  const wrong = [requestsPerSecond, billedMs, memoryMb, traffic.cpuMs ?? 0, traffic.usdPerRequest ?? 0].some(
    (figure) => !(figure >= 0 && figure < 1e12),
  );
  if (wrong || billedMs === 0 || memoryMb === 0) return { found: false, reason: 'rate, time or memory cannot be true' };
  const [perGbSecond, perRequest] = [gbSecondRate(region, arch, book), requestRate(region, book)];
  if (perGbSecond === null || perRequest === null) {
    return { found: false, reason: `no price for ${arch} in ${region.slice(0, 60)}` };
  }
  const usdPerWarm = new Decimal(billedMs).times(memoryMb).div(1_024_000).times(perGbSecond).plus(perRequest);
  const usdPerRequest = traffic.usdPerRequest === undefined ? usdPerWarm : new Decimal(traffic.usdPerRequest);
  const lambdaRates = rates(book, region, [
    ['lambda', 'GB-second', arch],
    ['lambda', 'request'],
  ]);
  const itself: Alternative = {
    name: 'the function',
    count: null,
    monthlyUsd: plain(usdPerRequest.times(requestsPerSecond).times(secondsPerMonth)),
    breakEvenPerSecond: null,
    ...described(lambdaRates.found),
  };
  const cpuSeconds = (traffic.cpuMs || billedMs * Math.min(1, memoryMb / mbPerVcpu)) / 1000;
  const options = [containerOption(book, traffic), machineOption(book, traffic)];
  return {
    found: true,
    rows: [
      itself,
      ...options.flatMap((option) =>
        'missing' in option ? [] : [row(option, { requestsPerSecond, cpuSeconds, usdPerRequest })],
      ),
    ],
    missing: options.flatMap((option) => ('missing' in option ? [option.missing] : [])),
  };
}

interface Option {
  name: string;
  usdPerHour: Big;
  vcpu: number;
  rates: Rate[];
}

function row(
  { name, usdPerHour, vcpu, rates: priced }: Option,
  {
    requestsPerSecond,
    cpuSeconds,
    usdPerRequest,
  }: { requestsPerSecond: number; cpuSeconds: number; usdPerRequest: Big },
): Alternative {
  const carries = vcpu / cpuSeconds;
  const count = Math.max(1, Math.ceil(requestsPerSecond / carries - noise));
  const monthly = usdPerHour.times(hoursPerMonth);
  // The function costs as much as one of these at this rate. If one cannot carry it, more of them only cost more.
  const even = monthly.div(usdPerRequest).div(secondsPerMonth).toNumber();
  return {
    name,
    count,
    monthlyUsd: plain(monthly.times(count)),
    breakEvenPerSecond: even <= carries ? even : null,
    ...described(priced),
  };
}

/** The smallest task with the function's memory and its share of CPU. */
function containerOption(book: PriceBook, { region, arch, memoryMb }: Traffic): Option | { missing: string } {
  const gb = memoryMb / 1024;
  const size = fargateSizes.find(({ vcpu, toGb }) => toGb >= gb && vcpu >= Math.min(4, memoryMb / mbPerVcpu));
  if (size === undefined) return { missing: `no Fargate task here has ${memoryMb} MB` };
  const found = rates(book, region, [
    ['fargate', 'vCPU-hour', arch],
    ['fargate', 'GB-hour', arch],
  ]);
  const [perVcpu, perGb] = found.found;
  if (perVcpu === undefined || perGb === undefined) return { missing: found.missing };
  const taskGb = gb <= size.fromGb ? size.fromGb : Math.ceil(gb);
  return {
    name: `AWS Fargate, ${size.vcpu} vCPU and ${taskGb} GB`,
    usdPerHour: new Decimal(firstTierUsd(perVcpu))
      .times(size.vcpu)
      .plus(new Decimal(firstTierUsd(perGb)).times(taskGb)),
    vcpu: size.vcpu,
    rates: [perVcpu, perGb],
  };
}

function machineOption(book: PriceBook, { region, memoryMb }: Traffic): Option | { missing: string } {
  if (memoryMb > smallMachine.gb * 1024) return { missing: `${smallMachine.name} has less than ${memoryMb} MB` };
  const found = rates(book, region, [[smallMachine.product, 'hour']]);
  const [perHour] = found.found;
  if (perHour === undefined) return { missing: found.missing };
  const { name, sustainedVcpu } = smallMachine;
  return { name, usdPerHour: new Decimal(firstTierUsd(perHour)), vcpu: sustainedVcpu, rates: [perHour] };
}

type Wanted = readonly [product: string, unit: Rate['unit'], arch?: Architecture];

/** All of them, or none and why. */
function rates(book: PriceBook, region: string, wanted: readonly Wanted[]): { found: Rate[]; missing: string } {
  const lookups = wanted.map(([product, unit, arch = '']) =>
    rateFor(book, { provider: 'aws', region, product, unit, arch }),
  );
  const reasons = lookups.flatMap((lookup) => (lookup.found ? [] : [lookup.reason]));
  if (reasons.length > 0) return { found: [], missing: reasons.join(', ') };
  return { found: lookups.flatMap((lookup) => (lookup.found ? [lookup.rate] : [])), missing: '' };
}

const described = (priced: readonly Rate[]): Pick<Alternative, 'rates' | 'unverified'> => ({
  rates: priced.map(({ source, date }) => ({ source, date })),
  unverified: priced.some(({ unverified }) => unverified === true),
});
