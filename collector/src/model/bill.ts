/**
 * The bill of a month: what each account pays at list price for the invocations of a window, with tiers, and with or without the
 * free tier. Quantities and dollars are exact decimal texts.
 */

export const gateways = ['http', 'rest'] as const;

export interface BillQuery {
  /** Window length that ends now, in milliseconds. */
  sinceMs: number;
  /** Where the window ends, since 1970; absent = now. */
  untilMs?: number;
  /** Take each provider's monthly free tier off. */
  freeTier: boolean;
  /** Only this account; absent = all. */
  account?: string;
  /** Also this kind of API Gateway in front of every AWS invocation that came by HTTP. */
  apiGateway?: (typeof gateways)[number];
}

interface BilledAs {
  provider: string;
  region: string;
  /** As the price book names it; '' = not known. */
  product: string;
  /** '' = not told, or the same price for all. */
  arch: string;
  unit: string;
  /** Decimal text. */
  units: string;
}

export interface MonthlyLine extends BilledAs {
  /** Of the units, what the free tier and the plan leave. */
  chargedUnits: string;
  usd: string;
  /** Of the rate. */
  source: string;
  date: string;
  /** Nobody has held the rate against the provider's list. */
  unverified: boolean;
}

export interface UnpricedLine extends BilledAs {
  reason: string;
}

/** Tiers and free tiers count by account. */
export interface AccountBill {
  provider: string;
  account: string;
  /** Dollars of what has a price. */
  totalUsd: string;
  /** Nothing was left out. */
  complete: boolean;
  unverified: boolean;
  lines: MonthlyLine[];
  unpriced: UnpricedLine[];
  /** What to know of it: what no invocation tells, what was inferred. */
  remarks: string[];
}

export interface MonthlyBill {
  /** ISO 8601, UTC. */
  since: string;
  until: string;
  /** Date of the price book. */
  prices: string;
  freeTier: boolean;
  /** Length of the window in days, where quantities were scaled from it to 30; `null` where it is a month. */
  scaledFromDays: number | null;
  /** Dollars of all accounts, of what has a price. */
  totalUsd: string;
  /** Nothing was left out. */
  complete: boolean;
  /** Some rate has not been held against its provider's list. */
  unverified: boolean;
  accounts: AccountBill[];
}

export interface BillSource {
  /** @throws Trouble when the source cannot answer */
  bill(query: BillQuery): Promise<MonthlyBill>;
}
