/** The filter typed after `/`: a regular expression over names, `!` first inverts it. */
import { clean } from '../format/clean.ts';

export interface NameFilter {
  matches(named: { name: string }): boolean;
  /** False when the pattern is no regular expression (yet) and is looked for as plain text. */
  isRegex: boolean;
}

/** Names are outside text and patterns may backtrack: no more of a name than this is searched. */
const searchedLength = 256;

/** Case does not matter unless the pattern has a capital letter. */
export function nameFilter(typed: string): NameFilter {
  const inverted = typed.startsWith('!');
  const pattern = inverted ? typed.slice(1) : typed;
  if (pattern === '') return { matches: () => true, isRegex: true };
  const ignoreCase = pattern === pattern.toLowerCase();
  const regex = compiled(pattern, ignoreCase ? 'iu' : 'u');
  const found = (name: string): boolean =>
    regex?.test(name) ?? (ignoreCase ? name.toLowerCase() : name).includes(pattern);
  return {
    matches: ({ name }) => found(clean(name).slice(0, searchedLength)) !== inverted,
    isRegex: regex !== undefined,
  };
}

/** What a source can look for in its stead, as part of a name in any case; '' where only the filter itself can tell. */
export const askable = (typed: string): string =>
  !typed.startsWith('!') && (typed === escaped(typed) || !nameFilter(typed).isRegex) ? typed : '';

const escaped = (typed: string): string => typed.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function compiled(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    // Half-typed patterns such as `(` are no expressions yet: the caller looks for them as text and says so.
    return undefined;
  }
}
