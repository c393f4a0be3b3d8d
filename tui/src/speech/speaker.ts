/** Says what has changed on the dashboard, in lines one after the other: what a screen reader reads out once. */
import type { FrameFacts } from '../app/frame.ts';
import { clean } from '../format/clean.ts';
import { type Scene, sceneOf } from './scene.ts';

export interface Speaker {
  /** @returns what is to be said now; empty = nothing has changed that matters */
  lines(facts: FrameFacts): string[];
}

/** Figures change all the time: they are told no more often than that. */
const figuresEveryMs = 10_000;
const summaryEveryMs = 30_000;

export function createSpeaker(): Speaker {
  let scene: Scene | undefined;
  let palette = '';
  let remark = '';
  let progress = '';
  let notices: readonly string[] = [];
  let figuresAtMs = 0;
  let summaryAtMs = 0;
  /** As they were said last. */
  let saidFigures: ReadonlyMap<string, string> = new Map();
  let saidSummary = '';

  const asides = (facts: FrameFacts): string[] => {
    const said = facts.notices.filter((notice) => !notices.includes(notice)).map((text) => `attention: ${clean(text)}`);
    if (facts.progress !== progress && facts.progress !== '') said.push(clean(facts.progress));
    if (facts.remark !== remark && facts.remark !== '') said.push(clean(facts.remark));
    ({ notices, progress, remark } = facts);
    return said;
  };

  const selection = ({ selected, place }: Scene): string[] =>
    selected === undefined ? [] : [place === '' ? selected.text : `${selected.text}, ${place}`];

  const wholeScene = (now: Scene): string[] => {
    if (now.isHelp) return [...now.body];
    const told = [now.title, now.summary, now.sorted, now.arrangement].filter((text) => text !== '');
    return [...told, ...now.body, ...selection(now)];
  };

  const remember = (now: Scene, nowMs: number): void => {
    saidFigures = now.selected?.figures ?? new Map();
    saidSummary = now.summary;
    figuresAtMs = nowMs;
    summaryAtMs = nowMs;
  };

  const figures = (now: Scene, nowMs: number): string[] => {
    const current = now.selected?.figures ?? new Map<string, string>();
    const changes = [...current].filter(([label, text]) => text !== '' && saidFigures.get(label) !== text);
    if (changes.length === 0 || nowMs - figuresAtMs < figuresEveryMs) return [];
    saidFigures = current;
    figuresAtMs = nowMs;
    return [`now ${changes.map(([label, text]) => `${label} ${text}`).join(', ')}`];
  };

  const summary = (now: Scene, nowMs: number): string[] => {
    if (now.summary === saidSummary || now.summary === '' || nowMs - summaryAtMs < summaryEveryMs) return [];
    saidSummary = now.summary;
    summaryAtMs = nowMs;
    return [now.summary];
  };

  const changes = (before: Scene, now: Scene, nowMs: number): string[] => {
    const said: string[] = [];
    if (now.trouble !== '' && before.trouble === '') said.push(now.trouble);
    if (now.trouble === '' && before.trouble !== '') said.push('it answers again');
    if (now.isFrozen !== before.isFrozen) said.push(now.isFrozen ? 'frozen' : 'live again');
    if (now.sorted !== before.sorted && now.sorted !== '') said.push(now.sorted);
    if (now.arrangement !== before.arrangement) said.push(now.arrangement === '' ? 'not grouped' : now.arrangement);
    if (now.filter !== before.filter) said.push(now.filter === '' ? 'no filter' : `filter ${now.filter}`);
    const hasMoved = now.selected?.key !== before.selected?.key;
    // Whoever goes on in its list has heard the part, or does not want to.
    if (now.part[0] !== before.part[0]) said.push(...now.part.slice(0, hasMoved ? 1 : undefined));
    if (hasMoved || now.filter !== before.filter) {
      saidFigures = now.selected?.figures ?? new Map();
      figuresAtMs = nowMs;
      return [...said, ...selection(now)];
    }
    return [...said, ...figures(now, nowMs), ...summary(now, nowMs)];
  };

  const inPalette = (facts: FrameFacts): string[] => {
    const { app, entries } = facts;
    const { overlay } = app;
    if (overlay?.kind !== 'palette') {
      palette = '';
      return [];
    }
    const entry = entries[overlay.selected];
    const told =
      entry === undefined
        ? `${clean(overlay.text)}: ${facts.nothingOffered.join(' ')}`
        : `${overlay.text === '' ? 'go to' : clean(overlay.text)}: ${entry.label}, ${entry.hint}, ${overlay.selected + 1} of ${entries.length}`;
    if (told === palette) return [];
    palette = told;
    return [told];
  };

  return {
    lines(facts) {
      const said = asides(facts);
      if (facts.app.overlay?.kind === 'palette') return [...said, ...inPalette(facts)];
      inPalette(facts);
      const now = sceneOf(facts);
      const before = scene;
      scene = now;
      if (before === undefined || before.where !== now.where) {
        remember(now, facts.nowMs);
        return [
          ...said,
          ...wholeScene(now),
          ...(now.trouble === '' || now.body.includes(now.trouble) ? [] : [now.trouble]),
        ];
      }
      return [...said, ...changes(before, now, facts.nowMs)];
    },
  };
}
