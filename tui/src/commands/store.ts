/** Opens what a command's `--data`, `--clickhouse` or `--url` points to. */
import { existsSync } from 'node:fs';
import { collectorSource, openStore, type RankingSource, Trouble } from '@coldlens/collector';

/** At most one is set: the options table sees to that. */
export interface Where {
  data: string | undefined;
  clickhouse: string | undefined;
  url: string | undefined;
}

/** @throws {@link Trouble} when it is a data directory that does not exist: reading must not make an empty database. */
export function assertReadable({ data, clickhouse, url }: Where): void {
  if (clickhouse !== undefined || url !== undefined || data === undefined || existsSync(data)) return;
  throw new Trouble(
    `There is no data directory ${data}.`,
    'Run coldlens demo to see coldlens at work, or coldlens collect to gather spans, or name a source with --data, --clickhouse or --url.',
  );
}

/** The caller closes it. */
export async function openSource({ data, clickhouse, url }: Where): Promise<RankingSource> {
  if (url !== undefined) return collectorSource(url);
  return openStore(storeOptions(data, clickhouse));
}

export function storeOptions(
  data: string | undefined,
  clickhouse: string | undefined,
): { data?: string; clickhouse?: string } {
  if (clickhouse !== undefined) return { clickhouse };
  return data === undefined ? {} : { data };
}

/** An address for people: without the password that a ClickHouse URL may carry. */
export function printableUrl(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '');
}
