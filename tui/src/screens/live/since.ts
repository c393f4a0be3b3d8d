/** As far back as a source looks for what has arrived. */
export const liveSinceMs = 600_000;
