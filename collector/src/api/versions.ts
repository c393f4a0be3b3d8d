/** Which answers askers may have: of each its rows' digests, so that they need to be sent only what has changed. */

/** Some 45 bytes each: 14 MB. That is every change of 10,000 functions for 30 askings, or of 100 for 3,000. */
const mostRowsKept = 300_000;
/** An answer without rows takes something too. */
const rowsOfNone = 20;

export interface Versions {
  /** Digests of the answer's rows, in their order; undefined = it is not known, or not any more. */
  find(etag: string): readonly string[] | undefined;
  keep(etag: string, digests: readonly string[]): void;
}

/** Those go first that were not asked about for longest. */
export function createVersions(mostRows = mostRowsKept): Versions {
  const kept = new Map<string, readonly string[]>();
  let rows = 0;
  const drop = (etag: string): void => {
    const found = kept.get(etag);
    if (found === undefined) return;
    kept.delete(etag);
    rows -= found.length + rowsOfNone;
  };
  const keep = (etag: string, digests: readonly string[]): void => {
    drop(etag);
    kept.set(etag, digests);
    rows += digests.length + rowsOfNone;
    for (const oldest of kept.keys()) {
      if (rows <= mostRows) break;
      drop(oldest);
    }
  };
  return {
    find(etag) {
      const digests = kept.get(etag);
      // Puts it last in the order of going.
      if (digests !== undefined) keep(etag, digests);
      return digests;
    },
    keep,
  };
}
