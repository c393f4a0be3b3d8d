/** How the platform's records are written: figures and instants as it prints them. */

/** Sends one record; `type` without its `platform.`. */
export type EmitPlatform = (type: string, record: object) => void;

/** Functions in a sandbox have no published versions. */
export const functionVersion = '$LATEST';

/** The platform prints hundredths of a millisecond. */
export const hundredths = (ms: number): number => Math.round(ms * 100) / 100;

/** @param ms on the clock of `performance.now()` */
export const iso = (ms: number): string => new Date(performance.timeOrigin + ms).toISOString();
