/** Imports of files: what platforms log and export, without a collector. */
export { importFormats } from './formats.ts';
export { importFiles, journalPath } from './import.ts';
export type { ImportOptions, ImportProgress } from './import-options.ts';
export { fileInputs, type Input, streamInput } from './inputs.ts';
export { type Asked, askedPlace } from './place.ts';
export type { ImportSummary } from './tally.ts';
