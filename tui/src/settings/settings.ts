/** How somebody wants the dashboard to look and behave. */
import { pick, type Values } from '@coldlens/benchmarks/cli';
import { dashboardOptions, optionTable } from '../cli/option-table.ts';
import type { ThemeName } from '../format/theme.ts';
import type { ColumnId } from '../screens/columns.ts';
import type { SortKey } from '../state/sorts.ts';

export interface Settings {
  sort: SortKey;
  /** Empty = the usual ones. */
  columns: readonly ColumnId[];
  theme: ThemeName;
  mouse: boolean;
  screenReader: boolean;
}

export const settingsOptions = pick(optionTable, dashboardOptions);

/** @param env where other Ink programs are told of a screen reader */
export function settingsOf(
  { sort, columns, theme, mouse = false, 'screen-reader': reader }: Values<typeof settingsOptions>,
  env: NodeJS.ProcessEnv = process.env,
): Settings {
  return { sort, columns, theme, mouse, screenReader: reader ?? env.INK_SCREEN_READER === 'true' };
}
