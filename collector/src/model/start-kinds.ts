/** How invocations started, as far as anybody told. */

export interface Starts {
  /** cold + restored; never prewarmed. `null` where nobody told how any of the invocations started: that is not 0. */
  coldStarts: number | null;
  /** Invocations of which it is known whether they started cold or warm. */
  knownStarts: number;
  /** coldStarts / knownStarts, 0 to 1. */
  coldRatio: number | null;
}

export const startsOf = (coldStarts: number, warm: number): Starts => {
  const knownStarts = coldStarts + warm;
  if (knownStarts === 0) return { coldStarts: null, knownStarts, coldRatio: null };
  return { coldStarts, knownStarts, coldRatio: coldStarts / knownStarts };
};
