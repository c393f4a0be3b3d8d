/** Lines, events and entries that told nothing: why, how many, and three of each to look at. */
import { invocationDays } from './time.ts';

/** Why something told nothing, and what that means to a person. */
export const unknownReasons = {
  'not of the platform': 'lines that the function itself wrote, or another program',
  'cut off': 'lines that end in the middle',
  'not UTF-8': 'bytes that are no text',
  'too long': 'a line of more than 1 MB, or a JSON value of more than 16 MB',
  'not JSON': 'begins like JSON and is none',
  'unknown shape': 'JSON that no format here has',
  'no function': 'says not of which function: name it with --log-group or --function',
  'no invocation id': 'says not of which invocation',
  'no invocation':
    'of the platform, about neither an invocation nor a start: a request that no instance took, another event',
  'unreadable figure': 'of the platform, with figures in another notation than its own, such as 2,46 ms',
  'wrong time': `without a time, or with one that is older than the ${invocationDays} days that are kept, or a day ahead`,
  'control message': 'of the transport, such as a check of its health',
  'dropped by the platform': 'the platform says that it has dropped records',
} as const;
export type UnknownReason = keyof typeof unknownReasons;

export interface UnknownCount {
  reason: UnknownReason;
  count: number;
  /** At most three, each a piece of outside text. */
  examples: readonly string[];
}

const mostExamples = 3;
const longestExample = 200;

export class UnknownRecords {
  readonly #byReason = new Map<UnknownReason, { count: number; examples: string[] }>();

  add(reason: UnknownReason, example: string, count = 1): void {
    let known = this.#byReason.get(reason);
    if (known === undefined) {
      known = { count: 0, examples: [] };
      this.#byReason.set(reason, known);
    }
    known.count += count;
    if (known.examples.length < mostExamples && example !== '') known.examples.push(example.slice(0, longestExample));
  }

  /** Adds those of another one. */
  addAll(others: Iterable<UnknownCount>): void {
    for (const { reason, count, examples } of others) {
      this.add(reason, examples[0] ?? '', count);
      for (const example of examples.slice(1)) this.add(reason, example, 0);
    }
  }

  clear(): void {
    this.#byReason.clear();
  }

  get count(): number {
    let sum = 0;
    for (const { count } of this.#byReason.values()) sum += count;
    return sum;
  }

  /** The most frequent first. */
  list(): UnknownCount[] {
    return [...this.#byReason].map(([reason, one]) => ({ reason, ...one })).sort((a, b) => b.count - a.count);
  }
}
