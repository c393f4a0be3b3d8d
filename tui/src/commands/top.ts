/** `coldlens top`: the ranking, live on a terminal or printed once. */
import { command, pick, usage, type Values } from '@coldlens/benchmarks/cli';
import { exactUpToMs, exitCode, narrowedTo, type RankingQuery } from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { formatWindow } from '../format/numbers.ts';
import { printRanking } from '../print/ranking.ts';
import { assertReadable, openSource } from './store.ts';

const options = pick(optionTable, [
  'once',
  'format',
  'sort',
  'since',
  'filter',
  'limit',
  'provider',
  'account',
  'region',
  'runtime',
  'version',
  'memory',
  'trigger',
  'compare',
  'data',
  'clickhouse',
  'url',
  'token',
  'token-file',
  'prices',
]);

/** @throws {@link Trouble} (wrong usage) for a comparison that a window is too short for */
function queryOf({
  sort,
  since,
  limit,
  filter,
  memory,
  compare = false,
  ...only
}: Values<typeof options>): RankingQuery {
  if (compare && since <= exactUpToMs) {
    throw usage(
      `--compare takes windows longer than ${formatWindow(exactUpToMs)}, and --since is ${formatWindow(since)}.`,
      'Look further back, such as --since 24h, or leave out --compare.',
    );
  }
  return {
    ...{ sort, sinceMs: since, limit, compare, only: narrowedTo({ ...only, memoryMb: memory }) },
    ...(filter !== undefined && { filter }),
  };
}

export const top = command({
  name: 'top',
  summary: 'rank the functions by cold-start latency and by money',
  examples: [
    'top',
    'top --once --json --sort cost --since 7d',
    'top --region eu-west-1 --memory 512 --compare',
    'top --url http://127.0.0.1:4318',
  ],
  options,
  async run(values) {
    const { once, format = 'table', data, clickhouse, url, prices } = values;
    const where = { data, clickhouse, url, prices };
    const query = queryOf(values);
    assertReadable(where);
    const opening = openSource(where, values);
    const interactive = process.stdin.isTTY && process.stdout.isTTY && once !== true;
    try {
      if (interactive) {
        // Ink and React take 100 ms to load, which a printed ranking need not wait for.
        const { runDashboard } = await import('../dashboard.tsx');
        await runDashboard({
          query,
          source: opening,
          progress: '',
          ...(url === undefined ? {} : { endpoint: url }),
        });
      } else {
        const source = await opening;
        await printRanking(await source.ranking(query), format, process.stdout, query.compare);
      }
    } finally {
      // A source that could not be opened has been reported by what waited for it, and has nothing to close.
      const source = await opening.catch(() => undefined);
      await source?.close();
    }
    return exitCode.fine;
  },
});
