/** The whole dashboard as one value, and how a key changes it. Pure: no time, no source, no terminal. */
import type { ThemeName } from '../format/theme.ts';
import { type Action, actionFor, type Mode } from '../keys.ts';
import type { FeedState } from '../state/feed.ts';
import { scrolled } from '../state/scroll.ts';
import { edited, withTyped } from '../state/typed.ts';
import type { Entry } from './palette.ts';
import type { Room, Screen } from './screen.ts';

export type Overlay = { kind: 'help'; top: number } | { kind: 'palette'; text: string; selected: number };

export interface App {
  /** The last one is shown; Esc comes back to the one before. Never empty. */
  screens: readonly Screen[];
  overlay: Overlay | undefined;
  frozen: boolean;
}

/** What a key wants of the world outside. */
export type Effect =
  | { kind: 'quit' }
  | { kind: 'suspend' }
  | { kind: 'refresh' }
  | { kind: 'copy'; text: string }
  /** For a moment, to whoever has pressed the key. */
  | { kind: 'say'; text: string }
  /** Into a file of a name that begins so. */
  | { kind: 'save'; name: string; ending: string; text(): string }
  | { kind: 'theme'; name: ThemeName }
  /** What the first screen has been set to, and the theme: for the next time. */
  | { kind: 'keep' };

export interface Surroundings {
  feed: FeedState<unknown>;
  room: Room;
  /** What the palette offers for a text. */
  entries(text: string): readonly Entry[];
  /** Lines of the help before the last page of it. */
  helpEnd: number;
}

export const firstApp = (screens: readonly [Screen, ...Screen[]]): App => ({
  screens,
  overlay: undefined,
  frozen: false,
});

export function topScreen({ screens }: App): Screen {
  const top = screens.at(-1);
  if (top === undefined) throw new Error('no screen is open');
  return top;
}

export const modeOf = (app: App): Mode => app.overlay?.kind ?? topScreen(app).mode;

export interface Pressed {
  app: App;
  effects: readonly Effect[];
}

const helpFromTop: Overlay = { kind: 'help', top: 0 };

const just = (app: App): Pressed => ({ app, effects: [] });

export function pressed(app: App, key: string, around: Surroundings): Pressed {
  const action = actionFor(modeOf(app), key);
  if (action === 'quit' || action === 'suspend') return { app, effects: [{ kind: action }] };
  if (app.overlay?.kind === 'help') return just(inHelp(app, app.overlay.top, action, around));
  if (app.overlay?.kind === 'palette') return inPalette(app, app.overlay, key, action, around);
  return onScreen(app, key, action, around);
}

function inHelp(app: App, top: number, action: Action | undefined, { helpEnd, room }: Surroundings): App {
  if (action === 'back') return { ...app, overlay: undefined };
  return { ...app, overlay: { kind: 'help', top: scrolled(top, action, helpEnd, room.rows) } };
}

function inPalette(
  app: App,
  { text, selected }: { text: string; selected: number },
  key: string,
  action: Action | undefined,
  { entries }: Surroundings,
): Pressed {
  const withOverlay = (overlay: Overlay | undefined): Pressed => just({ ...app, overlay });
  const offered = entries(text);
  switch (action) {
    case 'back':
      return withOverlay(undefined);
    case 'up':
    case 'down': {
      const wanted = selected + (action === 'up' ? -1 : 1);
      return withOverlay({ kind: 'palette', text, selected: Math.min(offered.length - 1, Math.max(0, wanted)) });
    }
    case 'erase':
    case 'clear':
      return withOverlay({ kind: 'palette', text: edited(text, action), selected: 0 });
    case 'accept': {
      const chosen = offered[selected];
      if (chosen === undefined) return just(app);
      const closed: App = { ...app, overlay: undefined };
      if ('effect' in chosen) return { app: closed, effects: [chosen.effect] };
      if ('overlay' in chosen) return withOverlay(helpFromTop);
      return just({ ...closed, screens: jumped(app.screens, chosen.open()) });
    }
    default:
      return withOverlay({ kind: 'palette', text: withTyped(text, key), selected: 0 });
  }
}

/** A jump lands on the first screen, or right above it: Esc leads back there. */
const jumped = ([first, ...rest]: readonly Screen[], to: Screen): readonly Screen[] => {
  if (first === undefined) return [to];
  return to.id === first.id ? [first] : rest.at(-1)?.subject === to.subject ? [first, ...rest] : [first, to];
};

function onScreen(app: App, key: string, action: Action | undefined, { feed, room }: Surroundings): Pressed {
  const top = topScreen(app);
  switch (action) {
    case 'help':
      return just({ ...app, overlay: helpFromTop });
    case 'palette':
      return just({ ...app, overlay: { kind: 'palette', text: '', selected: 0 } });
    case 'export':
      return just({ ...app, overlay: { kind: 'palette', text: 'export ', selected: 0 } });
    case 'freeze':
      return just({ ...app, frozen: !app.frozen });
    case 'refresh':
      return { app, effects: [{ kind: 'refresh' }] };
    case 'back':
      if (top.mode !== 'filter' && top.filter.text === '' && app.screens.length > 1) {
        return just({ ...app, screens: app.screens.slice(0, -1) });
      }
  }
  const { screen, open, copy, remark } = top.press(key, feed, room);
  const screens = [...app.screens.slice(0, -1), screen, ...(open === undefined ? [] : [open])];
  const effects: Effect[] = [
    ...(copy === undefined ? [] : [{ kind: 'copy', text: copy } as const]),
    ...(remark === undefined ? [] : [{ kind: 'say', text: remark } as const]),
  ];
  return { app: { ...app, screens }, effects };
}
