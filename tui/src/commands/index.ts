/** The commands, in the order of the help. */
import type { Command } from '@coldlens/benchmarks/cli';
import { bench, sections, why } from '@coldlens/benchmarks/commands';
import { bill } from './bill.ts';
import { collect } from './collect.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { importCommand } from './import.ts';
import { pageCommands } from './pages.ts';
import { prices } from './prices.ts';
import { top } from './top.ts';

export const commands: readonly Command[] = [
  ...[demo, why, bench, collect, importCommand, top],
  ...pageCommands,
  ...[bill, prices, doctor],
];

/** What `coldlens.config.json` may hold beside options. */
export { sections };
