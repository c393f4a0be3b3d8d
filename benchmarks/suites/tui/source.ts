/**
 * The collector that the dashboard asks: the real read API over functions that are made up, in a process of its own, so that
 * what is measured is the dashboard's alone. Every question finds one update more.
 */
import { listen, type ReadSource, readRoutes, Trouble } from '@coldlens/collector';
import { createFunctions } from './functions.ts';

/** What it tells its parent at first. */
export interface Ready {
  port: number;
}

/** What it answers to any message. */
export interface Asked {
  questions: number;
}

const functions = createFunctions();
let questions = 0;

const rankingPage: ReadSource['rankingPage'] = async ({ sort, limit, sinceMs, untilMs = Date.now() }) => {
  questions += 1;
  functions.update();
  return { answer: functions.ranking(sort, limit, { sinceMs, untilMs }), next: null };
};

/** Nothing else is asked here. */
const none = async (): Promise<never> => {
  throw new Trouble('This collector has rankings only.', 'Ask a real one.');
};

const source: ReadSource = {
  ...{ rankingPage, functionPage: none, coldStartsPage: none, instances: none, invocationPage: none },
  ...{ modules: none, packagesPage: none, live: none, benchRunsPage: none, bill: none, health: none },
};

const { port } = await listen('127.0.0.1', 0, readRoutes(source));
process.on('message', () => process.send?.({ questions } satisfies Asked));
// Its parent is gone, and nobody else asks.
process.on('disconnect', () => process.exit());
process.send?.({ port } satisfies Ready);
