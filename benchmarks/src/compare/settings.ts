/** Everything that decides a verdict, in one place; the defaults are those of the documentation. */

/** What a person may set, as `"gate"` in the configuration and with `--gate`. */
export interface GateLimits {
  /** A regression is sure when the interval of its ratio lies above this. */
  surePercent: number;
  /** A smaller change of the median is none that anybody has to mend. */
  leastPercent: number;
  leastMs: number;
  /** An interval that reaches further than this to each side of its middle tells nothing. */
  widestPercent: number;
  /** Growth that is allowed to what is counted; `null` = it does not gate. */
  modulesPercent: number | null;
  bytesPercent: number | null;
  /** Packages that may be added. */
  packagesAdded: number | null;
}

export interface GateSettings extends GateLimits {
  /** Numbers of pairs at which is looked, rising. */
  looks: readonly number[];
  /** Rounds before, thrown away. */
  warmups: number;
  /** How often the intervals of all looks together hold what they are about, 0 to 1. */
  confidence: number;
  resamples: number;
  seed: number;
}

/**
 * `surePercent`: of the rules tried on identical code, half of it under CPU load, the only one without a false alarm (0 of
 * 105). Added packages do not gate by default: one more is what many changes are about.
 */
export const defaultLimits: GateLimits = {
  surePercent: 2,
  leastPercent: 3,
  leastMs: 1.5,
  widestPercent: 10,
  modulesPercent: 10,
  bytesPercent: 10,
  packagesAdded: null,
};

export const defaultSettings: GateSettings = {
  ...defaultLimits,
  looks: [20, 40, 80],
  warmups: 2,
  confidence: 0.95,
  resamples: 2_000,
  seed: 1,
};
