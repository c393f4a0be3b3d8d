/** The commands, in the order of the help. */
import type { Command } from '../cli/command.ts';
import { collect } from './collect.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { top } from './top.ts';

export const commands: readonly Command[] = [demo, collect, top, doctor];
