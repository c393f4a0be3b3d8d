/** The keyboard to a session's keys, and what is pasted as text. */
import { useInput, usePaste } from 'ink';
import { keyNames } from '../key-names.ts';
import type { Session } from './session.ts';

export function useKeyboard(session: Session): void {
  useInput((input, key) => session.press(keyNames(input, key)));
  usePaste((text) => session.paste(text));
}
