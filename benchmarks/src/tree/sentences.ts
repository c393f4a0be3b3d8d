/** A culprit as a person reads it. */
import type { Culprit, Place } from '../results/result.ts';

export interface Context {
  /** Who imported it at the base. */
  before: readonly Place[];
  /** Added: it was loaded during the first invocation before. Removed: it is now. */
  wasLate: boolean;
  /** Of the package, in head. */
  copies: number;
  /** An own module that the base, or the head, does not load. */
  isNew: boolean;
  isGone: boolean;
}

const maxPlaces = 3;

const placeText = ({ file, line }: Place): string => `\`${line === null ? file : `${file}:${line}`}\``;

const placesText = (places: readonly Place[]): string => {
  const shown = places.slice(0, maxPlaces).map(placeText).join(', ');
  return places.length > maxPlaces ? `${shown} and ${places.length - maxPlaces} more` : shown;
};

const by = (words: string, places: readonly Place[]): string =>
  places.length === 0 ? '' : `${words} by ${placesText(places)}`;

/** `+79 ms`; one digit more below 10. */
const signedMs = (ms: number): string => {
  const digits = Math.abs(ms) < 9.95 ? 1 : 0;
  const text = Math.abs(ms).toFixed(digits);
  return `${ms < 0 && Number(text) !== 0 ? '-' : '+'}${text} ms`;
};

const counted = (count: number): string => `${count} ${count === 1 ? 'module' : 'modules'}`;

/** `(+79 ms, 214 modules)` of what is new or gone, `(+3.1 ms, 12 modules more)` of what was there before. */
const cost = ({ change, deltaMs, deltaModules }: Omit<Culprit, 'sentence'>): string => {
  const isWhole = change === 'added' || change === 'removed';
  const count = Math.abs(deltaModules);
  const modules =
    count === 0 ? '' : isWhole ? `, ${counted(count)}` : `, ${counted(count)} ${deltaModules > 0 ? 'more' : 'fewer'}`;
  return `(${signedMs(deltaMs)}${modules})`;
};

type Telling = (culprit: Omit<Culprit, 'sentence'>, context: Context) => string;

const changeOfTime: Telling = (culprit) => {
  const { package: name, importedBy, deltaModules, deltaMs } = culprit;
  if (deltaModules !== 0) {
    return `\`${name}\` ${cost(culprit)} loaded with ${deltaModules > 0 ? 'more' : 'fewer'} of its modules${by(', imported', importedBy)}`;
  }
  return `\`${name}\` ${cost(culprit)} takes ${deltaMs > 0 ? 'longer' : 'less time'} in the same version${by(', imported', importedBy)}`;
};

const tellings: Readonly<Record<Culprit['change'], Telling>> = {
  added: (culprit, { wasLate }) =>
    `\`${culprit.package}\` ${cost(culprit)} newly imported${by('', culprit.importedBy)}${wasLate ? ', loaded at its first use before' : ''}`,
  removed: (culprit, { wasLate, before }) =>
    `\`${culprit.package}\` ${cost(culprit)} ${wasLate ? 'now loaded at its first use' : 'no longer loaded'}${by(', before imported', before)}`,
  upgraded: (culprit) =>
    `\`${culprit.package}\` ${culprit.baseVersion ?? '?'} -> ${culprit.headVersion ?? '?'} ${cost(culprit)}${by(', imported', culprit.importedBy)}`,
  duplicated: (culprit, { copies }) =>
    `\`${culprit.package}\` ${cost(culprit)} now loaded in ${copies} copies${culprit.headVersion === null ? '' : ` (${culprit.headVersion})`}${by(', through imports', culprit.importedBy)}`,
  moved: (culprit, { before }) =>
    `\`${culprit.package}\` ${cost(culprit)} now imported by ${placesText(culprit.importedBy)}, before by ${placesText(before)}`,
  slower: changeOfTime,
  faster: changeOfTime,
  'own code': (culprit, { isNew, isGone }) => {
    const what = isNew
      ? 'is new'
      : isGone
        ? 'is no longer loaded'
        : culprit.deltaMs > 0
          ? 'takes longer'
          : 'takes less time';
    return `own module \`${culprit.module}\` (${signedMs(culprit.deltaMs)}) ${what}`;
  },
};

export const sentenceOf = (culprit: Omit<Culprit, 'sentence'>, context: Context): string =>
  tellings[culprit.change](culprit, context);
