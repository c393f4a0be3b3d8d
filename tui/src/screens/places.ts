/** Where the palette leads to: the screens that stand alone, and every function of the ranking. */
import type { Ranking } from '@coldlens/collector';
import type { Entry } from '../app/palette.ts';
import type { About } from '../app/screen.ts';
import { clean } from '../format/clean.ts';
import { formatMsUnit } from '../format/numbers.ts';
import { themeNames } from '../format/theme.ts';
import { benchmarksScreen } from './benchmarks/screen.ts';
import { functionScreen } from './function/screen.ts';
import { type FirstRanking, functionsScreen } from './functions.ts';
import { healthScreen } from './health/screen.ts';
import { amongText, moreText } from './listed.ts';
import { liveScreen } from './live/screen.ts';
import { modulesScreen } from './modules/screen.ts';

/** @param answer of the first screen; undefined before it has one @param about what is selected on the screen on top */
export function placesToGo(answer: unknown, first: FirstRanking, about?: About): Entry[] {
  // The session gives the answers of the screen that it was started with.
  const functions = (answer as Ranking | undefined)?.functions ?? [];
  return [
    { label: 'functions', hint: 'the ranking', open: () => functionsScreen(first) },
    ...(about === undefined ? [] : [modulesOf(about)]),
    { label: 'live', hint: 'invocations as they arrive', open: () => liveScreen() },
    { label: 'benchmarks', hint: 'stored runs, base against head', open: () => benchmarksScreen(first.watched) },
    { label: 'health', hint: 'collector, buffer and store', open: healthScreen },
    { label: 'refresh', hint: 'ask again now', effect: { kind: 'refresh' } },
    { label: 'help', hint: 'keys, phases and marks', overlay: 'help' },
    { label: 'quit', hint: 'leave coldlens', effect: { kind: 'quit' } },
    ...functions.map((ranked): Entry => {
      const where = [ranked.provider, ranked.region].filter((text) => text !== '').join('/');
      return {
        label: clean(ranked.name) || '(no name)',
        hint: `${clean(where)}, cold p99 ${formatMsUnit(ranked.cold.p99Ms)}`,
        open: () => functionScreen(ranked, first.query),
      };
    }),
    ...themeNames.map(
      (name): Entry => ({ label: `theme ${name}`, hint: 'other colours', effect: { kind: 'theme', name } }),
    ),
    { label: 'keep sort, columns and theme', hint: 'for the next time', effect: { kind: 'keep' } },
  ];
}

const modulesOf = ({ of, sinceMs }: About): Entry => ({
  label: `modules of ${clean(of.name) || '(no name)'}`,
  hint: 'what its cold starts load',
  open: () => modulesScreen(of, sinceMs),
});

/** What the palette says where it offers nothing. @param answer as for {@link placesToGo} */
export function nothingCalledSo(answer: unknown): string[] {
  const among = amongText(answer as Ranking | undefined);
  return [
    `Nothing is called so${among === '' ? '' : ` ${among}; ${moreText}`}.`,
    'There are functions by their names, modules of the selected one, functions, live, benchmarks, health, theme, export, refresh, keep, help, quit.',
    'An invocation is opened from its function, or from live.',
  ];
}
