/** `coldlens top`: the ranking, live on a terminal or printed once. */
import { command, pick } from '@coldlens/benchmarks/cli';
import { exitCode, type RankingQuery } from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import { printRanking } from '../print/ranking.ts';
import { assertReadable, openSource } from './store.ts';

export const top = command({
  name: 'top',
  summary: 'rank the functions by cold-start latency and by money',
  examples: ['top', 'top --once --json --sort cost --since 7d', 'top --url http://127.0.0.1:4318'],
  options: pick(optionTable, [
    'once',
    'format',
    'sort',
    'since',
    'filter',
    'limit',
    'data',
    'clickhouse',
    'url',
    'prices',
  ]),
  async run({ once, format = 'table', sort, since: sinceMs, filter, limit, ...where }) {
    assertReadable(where);
    const asked: RankingQuery = { sort, sinceMs, limit, ...(filter === undefined ? {} : { filter }) };
    const opening = openSource(where);
    const interactive = process.stdin.isTTY && process.stdout.isTTY && once !== true;
    try {
      if (interactive) {
        // Ink and React take 100 ms to load, which a printed ranking need not wait for.
        const { runDashboard } = await import('../dashboard.tsx');
        await runDashboard({
          ...asked,
          source: opening,
          progress: '',
          ...(where.url === undefined ? {} : { endpoint: where.url }),
        });
      } else {
        const source = await opening;
        await printRanking(await source.ranking(asked), format, process.stdout);
      }
    } finally {
      // A source that could not be opened has been reported by what waited for it, and has nothing to close.
      const source = await opening.catch(() => undefined);
      await source?.close();
    }
    return exitCode.fine;
  },
});
