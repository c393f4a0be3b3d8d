/** The dashboard for whoever hears it: nothing is drawn, each change is a line of text. */
import { useApp } from 'ink';
import { useEffect, useState } from 'react';
import { type DashboardProps, useSession } from '../app/Dashboard.tsx';
import { useKeyboard } from '../app/use-keyboard.ts';
import { createSpeaker } from './speaker.ts';

export interface SpokenDashboardProps extends DashboardProps {
  /** Writes a line below those that are there. */
  say(line: string): void;
}

export function SpokenDashboard({ say, ...props }: SpokenDashboardProps) {
  const session = useSession(props, useApp());
  const [speaker] = useState(createSpeaker);
  useEffect(() => {
    const tell = (): void => {
      for (const line of speaker.lines(session.facts())) say(line);
    };
    tell();
    return session.version.subscribe(tell);
  }, [session, speaker, say]);
  useKeyboard(session);
  return null;
}
