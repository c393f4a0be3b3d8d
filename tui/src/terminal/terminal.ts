/** The terminal that the dashboard runs on: asked for the colour of its ground and for its mouse, and left as it was. */
import type { Ground } from '../format/theme.ts';
import { type Live, live } from '../state/live.ts';
import { withMarks } from './bidi.ts';
import { FilteredInput, type RawInput } from './input.ts';
import type { MouseReport, Report } from './reports.ts';

export interface TerminalOptions {
  stdin: RawInput;
  stdout: NodeJS.WriteStream;
  /** Whether the ground's colour is of use. */
  asksGround: boolean;
  usesMouse: boolean;
}

export interface Terminal {
  /** What Ink is to read from, and to write to. */
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** As the terminal says, however late; undefined until then. */
  ground: Live<Ground | undefined>;
  /** What the mouse does; `undefined` at first. */
  mouse: Live<MouseReport | undefined>;
  /**
   * While the terminal is not read any more: waits for what it was asked and has not answered, which the shell would take for
   * typed. At most {@link answerMs} from the question on.
   */
  quiet(): Promise<void>;
}

/** Over a slow line an answer takes its time. Whoever does not answer by then never does. */
const answerMs = 1000;

/** The ground's colour, and then which terminal it is: all answer that, also those that know no colours. */
const question = '\u001b]11;?\u001b\\\u001b[c';
/** Presses and the wheel, with places of any size. */
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';

export function openTerminal({ stdin: from, stdout, asksGround, usesMouse }: TerminalOptions): Terminal {
  const ground = live<Ground | undefined>(undefined);
  const mouse = live<MouseReport | undefined>(undefined);
  let askedAtMs: number | undefined;
  let isOpen = asksGround;
  let answered = (): void => {};

  const onReport = (report: Report): void => {
    if (report.kind === 'mouse') mouse.set(report);
    else if (report.kind === 'ground') ground.set(groundOf(report));
    else {
      isOpen = false;
      answered();
    }
  };
  const onRaw = (isRaw: boolean): void => {
    if (usesMouse) stdout.write(isRaw ? mouseOn : mouseOff);
    if (!isRaw || !asksGround || askedAtMs !== undefined) return;
    askedAtMs = performance.now();
    stdout.write(question);
  };
  const stdin = new FilteredInput(from, { onReport, onRaw });

  return {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: marking(stdout),
    ground,
    mouse,
    async quiet() {
      const leftMs = askedAtMs === undefined || !isOpen ? 0 : askedAtMs + answerMs - performance.now();
      if (leftMs <= 0) return;
      stdin.ref();
      stdin.setRawMode(true);
      await new Promise<void>((done) => {
        const timer = setTimeout(done, leftMs);
        answered = () => {
          clearTimeout(timer);
          done();
        };
      });
      isOpen = false;
      stdin.setRawMode(false);
      stdin.unref();
    },
  };
}

/** By how light it looks (BT.709). */
const groundOf = ({ red, green, blue }: { red: number; green: number; blue: number }): Ground =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 ? 'light' : 'dark';

/** The same stream, but for what is written. */
function marking(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: unknown, ...rest: unknown[]): boolean =>
    Reflect.apply(stdout.write, stdout, [typeof text === 'string' ? withMarks(text) : text, ...rest]) as boolean;
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
