/**
 * The log of a 1st gen function: two lines of the platform an execution, and all that the function writes between them.
 *
 *   No line tells a start. That loading the function failed says that its instance was new.
 */
import type { PartialInvocation } from '../../model/invocation/partial.ts';
import { msToNs } from '../../model/time.ts';

type Facts = Partial<PartialInvocation>;

const started = 'Function execution started';
/** `took 16 ms, finished with status code: 200`, `finished with status: 'timeout'`; some have a full stop for the comma. */
const took =
  /^Function execution took (\d{1,9}(?:\.\d{1,6})?) ms[,.] finished with status(?:: '([a-z ]{1,40})'?| code: (\d{3}))$/i;

/** Of words that say more than that it failed. */
const meant: Readonly<Record<string, Facts>> = {
  ok: { platformStatus: 'success' },
  error: { platformStatus: 'error' },
  timeout: { platformStatus: 'timeout' },
  'load error': { platformStatus: 'error', platformStartKind: 'cold', platformIsCertain: 0 },
  'load timeout': { platformStatus: 'timeout', platformStartKind: 'cold', platformIsCertain: 0 },
};

const ofWord = (word: string): Facts => ({
  ...(Object.hasOwn(meant, word) ? meant[word] : { platformStatus: 'error' }),
  platformErrorType: word === 'ok' || word === 'error' ? null : word,
});

/** A request that was answered with 4xx did not fail: the function said so. */
export const ofCode = (code: number): Facts =>
  code < 500 ? { platformStatus: 'success' } : { platformStatus: 'error', platformErrorType: String(code) };

/** What a line tells of its execution; `null` for lines of the function itself. @param atNs when it was written */
export const executionFacts = (line: string, atNs: bigint): Facts | null => {
  if (line === started) return { platformStartedNs: atNs };
  const [, ms, word, code] = took.exec(line) ?? [];
  if (ms === undefined) return null;
  return {
    platformDurationNs: msToNs(Number(ms)),
    ...(code === undefined ? ofWord((word ?? '').toLowerCase()) : ofCode(Number(code))),
  };
};
