/** `coldlens top`: the ranking, live on a terminal or printed once. */
import { command, pick, usage, type Values } from '@coldlens/benchmarks/cli';
import { exactUpToMs, exitCode, narrowedTo, type RankingQuery } from '@coldlens/collector';
import { optionTable, printedLimit, sourceOptions, watchedLimit } from '../cli/option-table.ts';
import { formatWindow } from '../format/numbers.ts';
import { printRanking, sortedRanking } from '../print/ranking.ts';
import type { ColumnId } from '../screens/columns.ts';
import { narrowedText } from '../screens/narrowed.ts';
import { settingsOf, settingsOptions } from '../settings/settings.ts';
import { askedSort, type SortKey } from '../state/sorts.ts';
import { assertReadable, openSource, watchedAt } from './store.ts';

const ownOptions = pick(optionTable, [
  'once',
  'format',
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
  'every',
  ...sourceOptions,
]);
const options = { ...ownOptions, ...settingsOptions };

/** What is asked for in another way on a terminal than in print. */
interface Asked {
  sort: SortKey;
  limit: number;
  columns: readonly ColumnId[];
  isWatched: boolean;
}

/** @throws {@link Trouble} (wrong usage) for a comparison that a window is too short for */
function queryOf({
  sort,
  since,
  limit,
  filter,
  memory,
  compare = false,
  provider,
  account,
  region,
  runtime,
  version,
  trigger,
  columns,
  isWatched,
}: Values<typeof ownOptions> & Asked): RankingQuery {
  if (compare && since <= exactUpToMs) {
    throw usage(
      `--compare takes windows longer than ${formatWindow(exactUpToMs)}, and --since is ${formatWindow(since)}.`,
      'Look further back, such as --since 24h, or leave out --compare.',
    );
  }
  if (sort === 'change' && !isWatched && since <= exactUpToMs) {
    throw usage(
      `--sort change takes windows longer than ${formatWindow(exactUpToMs)}, and --since is ${formatWindow(since)}.`,
      'Look further back, such as --since 24h, or sort by something else.',
    );
  }
  // A dashboard asks for these itself, as soon as there is room for them.
  const isPrinted = (id: ColumnId): boolean => !isWatched && columns.includes(id);
  const isChangeWanted = isPrinted('change') || (sort === 'change' && !isWatched);
  const only = narrowedTo({ provider, account, region, runtime, version, memoryMb: memory, trigger });
  return {
    ...{ sort: askedSort(sort), sinceMs: since, limit, only },
    compare: compare || (isChangeWanted && since > exactUpToMs),
    trend: isPrinted('trend'),
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
    const interactive = process.stdin.isTTY && process.stdout.isTTY && once !== true;
    const limit = values.limit ?? (interactive ? watchedLimit : printedLimit);
    const query = queryOf({ ...values, limit, isWatched: interactive });
    assertReadable(where);
    const opening = openSource(where, values);
    try {
      if (interactive) {
        // Ink and React take 100 ms to load, which a printed ranking need not wait for.
        const { runDashboard } = await import('../dashboard.tsx');
        await runDashboard({
          query,
          source: opening,
          progress: '',
          settings: settingsOf(values),
          everyMs: values.every,
          watched: watchedAt(where),
        });
      } else {
        const source = await opening;
        const ranking = await source.ranking(query);
        const sorted = sortedRanking(ranking, values.sort);
        await printRanking(sorted, format, process.stdout, {
          isCompared: query.compare === true,
          hasTrend: ranking.trend !== null,
          columns: values.columns,
          narrowed: narrowedText(query),
        });
      }
    } finally {
      // A source that could not be opened has been reported by what waited for it, and has nothing to close.
      const source = await opening.catch(() => undefined);
      await source?.close();
    }
    return exitCode.fine;
  },
});
