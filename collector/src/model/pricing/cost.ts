/** The cost of a function in the ranking, from the sums that the database gives: of any product that is billed by use. */
import type { Cost } from '../ranking.ts';
import type { Usage } from './bill.ts';
import type { PriceBook } from './price-book.ts';
import { noProduct, type Product, productNamed } from './products.ts';
import { builtInPrices } from './tables/index.ts';
import { costOfUsage, type FunctionUsage, unknownCost } from './usage-cost.ts';

/** Date of the prices that coldlens brings along. */
export const pricesDate = builtInPrices.date;

/** Sizes times time of one size, in the smaller unit of its price. */
export interface SizedSums {
  /** Of all that was metered. */
  amount: bigint;
  /** Of the cold starts: size x time; their sizes; size x time of their handlers alone. */
  cold: { amount: bigint; size: bigint; executionAmount: bigint };
}

/** Sums over invocations of one place that are billed alike. */
export interface BilledSums {
  /** As the price book names it; '' = not known. */
  product: string;
  /** '' = not told. */
  arch: string;
  /** All of them; `requests` are those that could be metered, `inferred` those of them by a figure that nobody told. */
  invocations: bigint;
  requests: bigint;
  inferred: bigint;
  memory: SizedSums;
  cpu: SizedSums;
  /** Of the warm and prewarmed: count and sum of billed time. */
  warm: { requests: bigint; time: bigint };
}

export interface BilledFunction {
  provider: string;
  region: string;
  /** One a product and architecture. */
  groups: readonly BilledSums[];
}

const sizesOf = ({ units }: Product) =>
  (['memory', 'cpu'] as const).flatMap((size) => {
    const unit = units[size];
    return unit === undefined ? [] : [{ size, unit }];
  });

/** What Lambda makes of a function that asks for none: https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html */
const usualArch = 'x86_64';

/** Whose usage it is, in the price book's words. @param arch '' = not told, as in Lambda's logs */
const kindsOf = (product: Product, region: string, arch: string) => {
  const place = { provider: product.provider, region };
  const free = product.noFreeTier === undefined ? {} : { noFreeTier: product.noFreeTier };
  const request: Omit<Usage, 'amount'> = {
    ...{ ...place, product: product.requestsAs ?? product.name, unit: 'request' },
    ...free,
  };
  const sized = sizesOf(product).map(({ size, unit }) => {
    const like: Omit<Usage, 'amount'> = {
      ...place,
      product: product.name,
      unit,
      ...(product.isByArch && { arch: arch || usualArch }),
    };
    return { size, like };
  });
  return { request, sized };
};

/** What was metered of one group, as a bill takes it; nothing of a product that is not known. */
export const usagesOf = (region: string, { product: name, arch, requests, ...sums }: BilledSums): Usage[] => {
  const product = productNamed(name);
  if (product === undefined || requests === 0n) return [];
  const { request, sized } = kindsOf(product, region, arch);
  return [{ ...request, amount: requests }, ...sized.map(({ size, like }) => ({ ...like, amount: sums[size].amount }))];
};

const coldOf = (
  region: string,
  { product: name, arch, requests, warm, ...sums }: BilledSums,
): FunctionUsage['cold'] => {
  const product = productNamed(name);
  if (product === undefined || requests === 0n) return [];
  return kindsOf(product, region, arch).sized.map(({ size, like }) => ({
    like,
    sums: { cold: sums[size].cold, warm },
  }));
};

/** Invocations that are not metered: all of a product that is not known. */
export const unmeteredOf = ({ product, invocations, requests }: BilledSums): bigint =>
  productNamed(product) === undefined ? invocations : invocations - requests;

/** Why `sums` leave invocations out; `null` where they do not. */
export const whyUnmetered = (provider: string, sums: BilledSums): string | null => {
  if (unmeteredOf(sums) <= 0n) return null;
  const product = productNamed(sums.product);
  if (product === undefined) return noProduct(provider);
  return product.unpriced ?? `needs ${product.needs}, which was not told or cannot be true`;
};

/** What to know of the cost of what was metered. */
export const remarksOf = (groups: readonly BilledSums[]): string[] => {
  const inferred = groups.some((group) => group.inferred > 0n)
    ? [
        'inferred: the CPU from the memory size, x86_64 where no architecture was told, or shared time from a sample or without the instance',
      ]
    : [];
  const told = groups.flatMap(({ product, requests }) => (requests > 0n ? (productNamed(product)?.remark ?? []) : []));
  return [...new Set([...inferred, ...told])];
};

const leftOut = ({ provider, groups }: BilledFunction): string[] =>
  groups.flatMap((group) => {
    const why = whyUnmetered(provider, group);
    return why === null ? [] : [`without ${unmeteredOf(group)} of its invocations: ${why}`];
  });

/**
 * List-price cost of a function in a window of `windowMs`: at the rates of the first tier and without a free tier. All null,
 * with the reason, when nothing was metered or a part of it has no price.
 */
export const costOf = (billed: BilledFunction, windowMs: number, book: PriceBook = builtInPrices): Cost => {
  const { provider, region } = billed;
  const groups = billed.groups.filter(({ invocations }) => invocations > 0n);
  const unpriced = groups.map(({ product }) => productNamed(product)?.unpriced).find((why) => why !== undefined);
  const unknown = (reason: string): Cost => ({ ...unknownCost, reason });
  if (unpriced !== undefined) return unknown(unpriced);
  const requests = groups.reduce((sum, group) => sum + group.invocations - unmeteredOf(group), 0n);
  if (requests === 0n) {
    const why = groups.map((group) => whyUnmetered(provider, group)).find((reason) => reason !== null);
    return unknown(why ?? 'nothing was metered');
  }
  const { cost, reason, unverified } = costOfUsage(
    {
      requests,
      paid: groups.flatMap((group) => usagesOf(region, group)),
      cold: groups.flatMap((group) => coldOf(region, group)),
    },
    windowMs,
    book,
  );
  if (reason !== null) return unknown(reason);
  const remarks = [
    ...leftOut({ provider, region, groups }),
    ...remarksOf(groups),
    ...(unverified ? ["by a rate that was not held against the provider's list"] : []),
  ];
  return { ...cost, reason: remarks.length === 0 ? null : remarks.join('; ') };
};
