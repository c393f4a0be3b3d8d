/** Outside text made fit for a terminal, and measured by its cells: the commands and the dashboard share how. */
export { cells, clean, cleanAscii, toWidth, truncate } from '@coldlens/benchmarks/cli';
