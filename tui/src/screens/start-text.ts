/** How an invocation started, in a word. */
import type { LiveInvocation } from '@coldlens/collector';
import { notObservable } from '../format/numbers.ts';

/** `cold`; `cold?` where a rule says so, which may be wrong. */
export const startText = (kind: LiveInvocation['startKind'], certainty: LiveInvocation['startCertainty']): string =>
  kind === null ? notObservable : certainty === 'inferred' ? `${kind}?` : kind;
