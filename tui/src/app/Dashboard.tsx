/** Draws a session: its lines on the screen, the keyboard and the mouse to its keys. */
import { Box, useApp, useWindowSize } from 'ink';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Theme } from '../format/theme.ts';
import type { Live } from '../state/live.ts';
import type { MouseReport } from '../terminal/reports.ts';
import { ScreenLine } from './ScreenLine.tsx';
import { type Outside, type Session, type SessionOptions, startSession } from './session.ts';
import { useKeyboard } from './use-keyboard.ts';

export interface DashboardProps
  extends Omit<SessionOptions, 'outside'>,
    Pick<Outside, 'copy' | 'save' | 'theme' | 'keep'> {
  shades: Theme;
  /** What the mouse does; absent = there is none. */
  mouse?: Live<MouseReport | undefined>;
  /** Stops the process until the shell lets it go on. */
  pause(): Promise<void>;
}

/** The session of a dashboard, as long as it is there. */
export function useSession(
  { pause, copy, save, theme, keep, ...options }: DashboardProps,
  { exit, suspendTerminal }: Pick<ReturnType<typeof useApp>, 'exit' | 'suspendTerminal'>,
): Session {
  const [session] = useState(() =>
    startSession({
      ...options,
      outside: {
        quit: (error) => (error === undefined ? exit() : exit(error)),
        suspend: () => void suspendTerminal(pause),
        ...{ copy, save, theme, keep },
      },
    }),
  );
  useEffect(() => () => session.close(), [session]);
  return session;
}

export function Dashboard(props: DashboardProps) {
  const { shades, mouse, glyphs } = props;
  const { columns, rows } = useWindowSize();
  const session = useSession(props, useApp());
  const lines = useSyncExternalStore(session.version.subscribe, () => session.lines(columns, rows));
  useKeyboard(session);
  useEffect(
    () =>
      mouse?.subscribe(() => {
        const report = mouse.get();
        if (report !== undefined) session.point(report);
      }),
    [mouse, session],
  );

  return (
    <Box flexDirection="column" height={rows} width={columns} overflow="hidden">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a screen line is its place
        <ScreenLine key={index} line={line} columns={columns} mark={glyphs.ellipsis} theme={shades} />
      ))}
    </Box>
  );
}
