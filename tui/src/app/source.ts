/** What the screens ask. Beside rankings a source may answer less than all: an older collector, or a test. */
import { type QuestionSource, type RankingSource, Trouble } from '@coldlens/collector';

/** What a screen may ask beside the ranking. */
type Further = Omit<QuestionSource, keyof RankingSource>;

export type Source = RankingSource & Partial<Further>;

/** @throws Trouble when this source has no answer to such a question */
export function asking<Name extends keyof Further>(source: Source, name: Name, what: string): Further[Name] {
  const ask = source[name];
  if (ask === undefined) {
    throw new Trouble(
      `The ${source.description} tells nothing of ${what}.`,
      'Ask a collector of this version, or read its database with --data or --clickhouse.',
    );
  }
  return ask.bind(source) as Further[Name];
}
