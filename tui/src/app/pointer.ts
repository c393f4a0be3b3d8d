/** What a place on the screen is about, and what a click there does. Pure. */
import { cells } from '../format/clean.ts';
import type { Line } from '../format/segments.ts';
import { type App, type Pressed, pressed, type Surroundings, topScreen } from './app.ts';

/** @returns the key of what can be selected there; undefined = nothing */
export function pointedAt(lines: readonly Line[], row: number, column: number): string | undefined {
  let cell = 0;
  let found: string | undefined;
  for (const { text, of } of lines[row] ?? []) {
    if (cell > column) break;
    if (of !== undefined) found = of;
    cell += cells(text);
  }
  return found === '' ? undefined : found;
}

/** Selects it, or opens it where it was selected. */
export function clicked(app: App, key: string, around: Surroundings): Pressed {
  const { overlay } = app;
  if (overlay?.kind === 'help') return { app, effects: [] };
  if (overlay?.kind === 'palette') {
    const place = Number(key);
    if (place === overlay.selected) return pressed(app, 'return', around);
    return { app: { ...app, overlay: { ...overlay, selected: place } }, effects: [] };
  }
  const screen = topScreen(app).pointed(key, around.feed);
  if (screen === undefined) return pressed(app, 'return', around);
  return { app: { ...app, screens: [...app.screens.slice(0, -1), screen] }, effects: [] };
}
