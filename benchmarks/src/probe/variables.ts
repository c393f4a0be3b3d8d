/** The environment variables by which a process is told to watch itself. */
export const probeVariable = {
  file: 'COLDLENS_PROBE_FILE',
  /** Where the user's code begins, for runtimes that come first. */
  entry: 'COLDLENS_PROBE_ENTRY',
  /** `coverage`, `profile`, or both. */
  with: 'COLDLENS_PROBE_WITH',
} as const;
