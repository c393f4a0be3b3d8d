/** `coldlens demo`: the main job on this machine, alone. */
import { command, pick, stopSignal } from '@coldlens/benchmarks/cli';
import { exitCode, type Ranking, type RankingQuery, type RankingSource, Trouble } from '@coldlens/collector';
import { optionTable, printedLimit } from '../cli/option-table.ts';
import { raiseStage, type Stage } from '../demo/stage.ts';
import { printRanking, sortedRanking } from '../print/ranking.ts';
import { settingsOf, settingsOptions } from '../settings/settings.ts';
import { askedSort } from '../state/sorts.ts';
import { storeOptions } from './store.ts';

const coldRounds = 3;
/** Longest wait for the last spans to become visible after the last instance has ended. */
const settleMaxMs = 10_000;
const pollMs = 100;

export const demo = command({
  name: 'demo',
  summary: 'start example functions cold on this machine and rank them',
  examples: ['demo', 'demo --once --format json'],
  options: {
    ...pick(optionTable, ['client', 'once', 'format', 'since', 'limit', 'data', 'clickhouse', 'prices']),
    ...settingsOptions,
  },
  async run({
    client,
    once,
    // A terminal is read by a person, everything else most likely by a program.
    format = process.stdout.isTTY ? 'table' : 'json',
    since: sinceMs,
    limit,
    data,
    clickhouse,
    prices,
    ...looks
  }) {
    const { sort, columns } = looks;
    const query: RankingQuery = { sort: askedSort(sort), sinceMs, limit: limit ?? printedLimit };
    const store = storeOptions({ data, clickhouse, prices });
    const interactive = process.stdin.isTTY && process.stdout.isTTY && once !== true;
    const startedMs = Date.now();
    const stage = raiseStage({ store, client, coldRounds, keepsPlaying: interactive });
    try {
      if (interactive) {
        const { runDashboard } = await import('../dashboard.tsx');
        const { source, notices, progress } = stage;
        await runDashboard({ query, source, notices, progress, settings: settingsOf(looks) });
        process.stderr.write('coldlens: stopping the functions, the collector and ClickHouse\n');
      } else {
        // It may be a setting, made for other windows.
        if (sort === 'change')
          process.stderr.write(
            `coldlens: before a demo nothing ran, so it is sorted by ${query.sort}, not by change\n`,
          );
        const ranking = await orStopped(playOnce(stage, query, startedMs));
        await printRanking(sortedRanking(ranking, sort), format, process.stdout, { columns });
      }
    } finally {
      await stage.close();
    }
    return exitCode.fine;
  },
});

/** What the play gives, unless a signal ends it first; the stage is taken down either way. */
async function orStopped<T>(play: Promise<T>): Promise<T> {
  const stop = stopSignal();
  // After a stop nobody waits for the play any more; what it still has to say is of no use.
  play.catch(() => undefined);
  const stopped = stop.received.then(() => {
    throw new Trouble('The demo was stopped before its ranking was complete.', 'Run it again and let it finish.');
  });
  try {
    return await Promise.race([play, stopped]);
  } finally {
    stop.forget();
  }
}

/** Plays the cold rounds, waits until every answered invocation is in the ranking, and gives the ranking. */
async function playOnce(stage: Stage, query: RankingQuery, startedMs: number): Promise<Ranking> {
  const say = (): void => {
    const line = stage.progress.get();
    if (line) process.stderr.write(`coldlens: ${line}\n`);
  };
  say();
  const stopSaying = stage.progress.subscribe(say);
  for (const notice of stage.notices.get()) process.stderr.write(`coldlens: ${notice}\n`);
  const stopNotices = stage.notices.subscribe(() => process.stderr.write(`coldlens: ${stage.notices.get().at(-1)}\n`));
  try {
    await stage.rounds;
    await stage.endTraffic();
    const source = await stage.source;
    await untilAllArrived(stage, source, startedMs);
    await stage.settle();
    return await source.ranking(query);
  } finally {
    stopSaying();
    stopNotices();
  }
}

/** @throws {@link Trouble} when invocations that were answered do not show up. */
async function untilAllArrived(stage: Stage, source: RankingSource, startedMs: number): Promise<void> {
  const endMs = performance.now() + settleMaxMs;
  for (;;) {
    const sinceMs = Math.max(1_000, Date.now() - startedMs);
    const { functions } = await source.ranking({ sinceMs, sort: 'invocations', limit: 10_000 });
    const stored = new Map(functions.map((fn) => [fn.name, fn.invocations]));
    const missing = [...stage.answered].filter(([name, count]) => (stored.get(name) ?? 0) < count);
    if (missing.length === 0) return;
    if (performance.now() > endMs) {
      const list = missing.map(([name, count]) => `${name} ${stored.get(name) ?? 0} of ${count}`).join(', ');
      throw new Trouble(
        `Invocations did not arrive within ${settleMaxMs / 1000} s: ${list}.`,
        'Run it again; if it stays so, this is a defect of coldlens: report it with this line.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
