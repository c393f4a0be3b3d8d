/** The frames in what the dashboard writes: Ink says where each begins and ends (synchronized update, DEC mode 2026). */
import { StringDecoder } from 'node:string_decoder';
import { createScreen } from './screen.ts';

const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';

export interface Frame {
  /** When its last byte was read, by `performance.now()`. */
  atMs: number;
  bytes: number;
  /** Rows that look otherwise than before. */
  changedRows: number;
  /** The screen was erased, as a whole or from the cursor on. */
  clears: number;
  /** What the screen shows. */
  text: string;
}

/** @param seen told of every frame, in order */
export function createFrames(
  { columns, rows }: { columns: number; rows: number },
  seen: (frame: Frame) => void,
): (bytes: Buffer, atMs: number) => void {
  const screen = createScreen(columns, rows);
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let before = screen.rows();
  let clears = 0;
  return (bytes, atMs) => {
    pending += decoder.write(bytes);
    for (;;) {
      const to = pending.indexOf(end);
      if (to < 0) return;
      const whole = pending.slice(0, to + end.length);
      pending = pending.slice(whole.length);
      // What is in front of a frame, such as a mode that is set, belongs to no frame.
      const from = Math.max(0, whole.indexOf(begin));
      screen.write(whole);
      const after = screen.rows();
      seen({
        ...{ atMs, bytes: Buffer.byteLength(whole.slice(from)), text: screen.text() },
        changedRows: after.filter((row, index) => row !== before[index]).length,
        clears: screen.clears() - clears,
      });
      before = after;
      clears = screen.clears();
    }
  };
}
