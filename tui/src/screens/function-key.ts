/** What tells functions apart. */
import type { RankedFunction } from '@coldlens/collector';

/** Identity of a function, so that the selection follows it when ranks change. */
export const functionKey = ({ provider, account, region, name, version }: RankedFunction): string =>
  JSON.stringify([provider, account, region, name, version]);
