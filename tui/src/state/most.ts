/** The largest of many numbers that come and go. */

export interface Most {
  /** @param sign -1 takes out what was put in before */
  count(value: number, sign: 1 | -1): void;
  now(): number;
}

/** @param least what it is where none is larger */
export function createMost(least: number): Most {
  const counts = new Map<number, number>();
  let most = least;
  let isKnown = true;
  return {
    count(value, sign) {
      const left = (counts.get(value) ?? 0) + sign;
      if (left === 0) counts.delete(value);
      else counts.set(value, left);
      if (value > most) most = value;
      // Looked for when somebody asks: until then another may have come.
      if (left === 0 && value === most) isKnown = false;
    },
    now() {
      if (!isKnown) {
        most = least;
        for (const value of counts.keys()) if (value > most) most = value;
        isKnown = true;
      }
      return most;
    },
  };
}
