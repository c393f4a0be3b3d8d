/** Opens what a command's `--data`, `--clickhouse` or `--url` points to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { usage } from '@coldlens/benchmarks/cli';
import {
  collectorSource,
  isPriceFile,
  loadPrices,
  openStore,
  type QuestionSource,
  type StoreOptions,
  Trouble,
} from '@coldlens/collector';
import { secret } from '../cli/readers.ts';
import { shellWord, usualEndpoint, type Watched } from '../screens/watched.ts';

/** At most one of the first three is set: the options table sees to that. */
export interface Where {
  data: string | undefined;
  clickhouse: string | undefined;
  url: string | undefined;
  /** The price file; undefined = the one in the data directory, if it is there. */
  prices: string | undefined;
}

/** What a collector may want of who asks. */
export interface Credentials {
  token?: string | undefined;
  /** A file that holds it. */
  'token-file'?: string | undefined;
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
export async function openSource({ url, ...where }: Where, credentials: Credentials = {}): Promise<QuestionSource> {
  // A collector has its own prices.
  if (url !== undefined) return collectorSource(url, tokenOf(credentials));
  return openStore(storeOptions(where));
}

/** @throws {@link Trouble} (wrong usage) for a file that cannot be read or holds no token; never with what it holds */
export function tokenOf({ token, 'token-file': file }: Credentials): string | undefined {
  if (file === undefined) return token;
  try {
    return secret(readFileSync(file, 'utf8').trim(), `The token in ${file}`);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw usage(`The token file ${file} cannot be read (${reason}).`, 'Mend --token-file.', error);
  }
}

/** @throws {@link Trouble} (wrong usage) when the price file is none */
export function storeOptions({ data, clickhouse, prices: file }: Omit<Where, 'url'>): StoreOptions {
  const prices = loadPrices({ prices: file, data });
  if (clickhouse !== undefined) return { clickhouse, prices };
  return data === undefined ? { prices } : { data, prices };
}

/** For the empty screens. */
export function watchedAt({ data, clickhouse, url }: Where): Watched {
  if (url !== undefined) return { endpoint: printableUrl(url) };
  if (clickhouse !== undefined) {
    return {
      endpoint: usualEndpoint,
      store: { option: '--clickhouse', value: shellWord(printableUrl(clickhouse)) },
    };
  }
  return data === undefined
    ? { endpoint: usualEndpoint }
    : { endpoint: usualEndpoint, store: { option: '--data', value: shellWord(data) } };
}

/** An address for people: without the password that a ClickHouse URL may carry. */
export function printableUrl(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  // Some servers take passwords there.
  url.search = '';
  url.hash = '';
  return url.href.replace(/\/$/, '');
}
