/** The report for people at a terminal. */
import type { Result } from '../results/result.ts';
import { benchLines } from './terminal/bench.ts';
import { painted, type TerminalStyle } from './terminal/style.ts';
import { whyLines } from './terminal/why.ts';

export { styleFor, type TerminalStyle } from './terminal/style.ts';

/** Ends with a line break. Everything that came from outside is clean. */
export const terminalReport = (result: Result, style: TerminalStyle): string => {
  const lines = (result.kind === 'why' ? whyLines : benchLines)(result, style);
  return lines.map((line) => `${painted(line, style)}\n`).join('');
};
