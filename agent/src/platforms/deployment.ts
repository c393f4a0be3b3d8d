/** What was deployed, as its files tell. Looked at once, after the instance's first response. */

import { monotonicMs } from '../phases/monotonic.ts';

/** A look that holds up the next event must be short, and a package may have any number of files. */
const maxMs = 10;
const maxEntries = 5_000;
const maxNames = 20;

/**
 * Bytes of all files below a folder; `undefined` where they cannot be read, or are more than there is time for.
 * Links are not followed.
 */
export const bytesBelow = (root: string | undefined): number | undefined => {
  if (!root) return undefined;
  const { lstatSync, readdirSync } = process.getBuiltinModule('node:fs');
  const endMs = monotonicMs() + maxMs;
  const folders = [root];
  let bytes = 0;
  let entries = 0;
  try {
    // It grows as it is gone through.
    for (const folder of folders) {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        entries += 1;
        if (entries > maxEntries || monotonicMs() > endMs) return undefined;
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile()) bytes += lstatSync(path).size;
      }
    }
    return bytes;
  } catch {
    // Not there, or not ours to read: not observable.
    return undefined;
  }
};

/** Names in a folder, separated by commas; `undefined` where there are none, or too many to be layers' own. */
export const namesIn = (folder: string): string | undefined => {
  try {
    const names = process.getBuiltinModule('node:fs').readdirSync(folder).sort();
    return names.length <= maxNames ? names.join() || undefined : undefined;
  } catch {
    return undefined;
  }
};
