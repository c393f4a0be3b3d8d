/** What terminals say by themselves, told apart from what is typed: answers to questions, and what the mouse does. */

export interface MouseReport {
  kind: 'mouse';
  what: 'wheelUp' | 'wheelDown' | 'click';
  /** From 0 on, of the screen. */
  column: number;
  row: number;
}

export type Report =
  | MouseReport
  /** The colour of the ground, each part from 0 to 1. */
  | { kind: 'ground'; red: number; green: number; blue: number }
  /** Which terminal it is: asked for after everything else, so nothing more is to come. */
  | { kind: 'attributes' };

export interface Parted {
  typed: string;
  reports: Report[];
}

export interface ReportParser {
  push(chunk: string): Parted;
  /** Whether something has begun that may be no more than a key: it is given out when nothing follows. */
  isWaiting(): boolean;
  /** What has begun, as typed. */
  flush(): string;
}

const esc = '\u001b';
/** Longer ones are none that was asked for. */
const longestReport = 256;

const csi = String.raw`\[[0-?]*[ -/]*`;
/** From an esc on: a whole sequence, or one of which the end has not come yet. */
const whole = new RegExp(`^${esc}(?:${csi}[@-~]|\\][^\u0007${esc}]*(?:\u0007|${esc}\\\\))`);
const begun = new RegExp(`^${esc}(?:$|${csi}$|\\][^\u0007${esc}]*(?:$|${esc}$))`);

export function createReportParser(): ReportParser {
  let pending = '';
  return {
    push(chunk) {
      const parted: Parted = { typed: '', reports: [] };
      let text = pending + chunk;
      pending = '';
      for (;;) {
        const at = text.indexOf(esc);
        parted.typed += at < 0 ? text : text.slice(0, at);
        if (at < 0) return parted;
        text = text.slice(at);
        const [sequence] = whole.exec(text) ?? [];
        if (sequence !== undefined) {
          const report = reportIn(sequence);
          if (report === undefined) parted.typed += sequence;
          else if (report !== 'of no use') parted.reports.push(report);
          text = text.slice(sequence.length);
        } else if (text.length <= longestReport && begun.test(text)) {
          pending = text;
          return parted;
        } else {
          parted.typed += esc;
          text = text.slice(1);
        }
      }
    },
    isWaiting: () => pending !== '',
    flush() {
      const typed = pending;
      pending = '';
      return typed;
    },
  };
}

/** @returns undefined for a key */
function reportIn(sequence: string): Report | 'of no use' | undefined {
  // No key begins so.
  if (sequence.startsWith(`${esc}]`)) return groundIn(sequence) ?? 'of no use';
  if (sequence.startsWith(`${esc}[<`)) return mouseIn(sequence) ?? 'of no use';
  return sequence.startsWith(`${esc}[?`) && sequence.endsWith('c') ? { kind: 'attributes' } : undefined;
}

/** `rgb:1e1e/1e1e/2e2e`, with one to four hexadecimal digits a part. */
const ground = /^\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i;

function groundIn(sequence: string): Report | undefined {
  const [, ...parts] = ground.exec(sequence.slice(1)) ?? [];
  if (parts.length < 3) return undefined;
  const [red = 0, green = 0, blue = 0] = parts.map((digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1));
  return { kind: 'ground', red, green, blue };
}

/** Wheel and buttons of the mode 1006; with these bits set the pointer has moved, or other keys were held. */
const movedBit = 32;
const modifierBits = 4 | 8 | 16;

function mouseIn(sequence: string): MouseReport | undefined {
  const [, button = '', x = '', y = '', end] = /^\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])$/.exec(sequence.slice(1)) ?? [];
  const code = Number(button) & ~modifierBits;
  if (button === '' || end !== 'M' || (code & movedBit) !== 0) return undefined;
  const what = code === 0 ? 'click' : code === 64 ? 'wheelUp' : code === 65 ? 'wheelDown' : undefined;
  return what === undefined ? undefined : { kind: 'mouse', what, column: Number(x) - 1, row: Number(y) - 1 };
}
