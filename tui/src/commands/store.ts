/** Opens what a command's `--data`, `--clickhouse` or `--url` points to. */
import { existsSync, readdirSync } from 'node:fs';
import {
  type BillSource,
  collectorSource,
  isPriceFile,
  loadPrices,
  openStore,
  type RankingSource,
  type StoreOptions,
  Trouble,
} from '@coldlens/collector';

/** At most one of the first three is set: the options table sees to that. */
export interface Where {
  data: string | undefined;
  clickhouse: string | undefined;
  url: string | undefined;
  /** The price file; undefined = the one in the data directory, if it is there. */
  prices: string | undefined;
}

/** @throws {@link Trouble} when it is a data directory that does not exist: reading must not make an empty database. */
export function assertReadable({ data, clickhouse, url }: Where): void {
  if (clickhouse !== undefined || url !== undefined || data === undefined || holdsData(data)) return;
  throw new Trouble(
    existsSync(data)
      ? `The data directory ${data} holds prices, but no data yet.`
      : `There is no data directory ${data}.`,
    'Run coldlens demo to see coldlens at work, or coldlens collect to gather spans, or name a source with --data, --clickhouse or --url.',
  );
}

/** Prices can be there before any data is; a file in the way is reported by what opens it. */
function holdsData(directory: string): boolean {
  if (!existsSync(directory)) return false;
  try {
    const names = readdirSync(directory);
    return names.length === 0 || !names.every(isPriceFile);
  } catch {
    return true;
  }
}

/** The caller closes it. */
export async function openSource({ url, ...where }: Where): Promise<RankingSource & BillSource> {
  // A collector has its own prices.
  if (url !== undefined) return collectorSource(url);
  return openStore(storeOptions(where));
}

/** @throws {@link Trouble} (wrong usage) when the price file is none */
export function storeOptions({ data, clickhouse, prices: file }: Omit<Where, 'url'>): StoreOptions {
  const prices = loadPrices({ prices: file, data });
  if (clickhouse !== undefined) return { clickhouse, prices };
  return data === undefined ? { prices } : { data, prices };
}

/** An address for people: without the password that a ClickHouse URL may carry. */
export function printableUrl(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}
