/** Where the parts of invocations lie: in the hour that each happened in, or, of what came late, at the beginning of its day. */

const marginS = 3_600;

/**
 * Partitions that may hold parts of a window's invocations: some may lie in the hours beside it.
 * @param window seconds since 1970, numbers or parameters of the statement
 */
export const slotsOf = ({ since, until }: { since: number | string; until: number | string }): string => `
  (slot >= toDateTime(intDiv(${since}, 3600) * 3600 - ${marginS}, 'UTC') OR slot = toStartOfDay(toDateTime(${since} - ${marginS}, 'UTC')))
  AND slot < toDateTime(${until} + ${marginS}, 'UTC')`;
