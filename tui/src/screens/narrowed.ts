/** What a ranking was narrowed to, in words. */
import type { RankingQuery } from '@coldlens/collector';

type Narrowing = keyof NonNullable<RankingQuery['only']>;

const words: Readonly<Partial<Record<Narrowing, (value: string) => string>>> = { memoryMb: (value) => `${value} MB` };

/** `region eu-west-1, 512 MB, name with shop`; empty = nothing is left out. Not cleaned yet. */
export const narrowedText = ({ only = {}, filter = '' }: RankingQuery): string =>
  [
    // Its keys are those of the type.
    ...(Object.entries(only) as [Narrowing, string][]).map(
      ([name, value]) => words[name]?.(value) ?? `${name} ${value}`,
    ),
    ...(filter === '' ? [] : [`name with ${filter}`]),
  ].join(', ');
