/**
 * The keyboard behind a filter: what the terminal reports is taken out, and Ink reads the rest. Without it the answer to a
 * question would be taken for keys, and Ink drops what the mouse does.
 */
import { EventEmitter } from 'node:events';
import { createReportParser, type Report } from './reports.ts';

/** As much of a terminal's input as is needed. */
export interface RawInput {
  readonly isTTY?: boolean;
  setEncoding(encoding: 'utf8'): unknown;
  setRawMode?(isRaw: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
  read(): unknown;
  on(event: 'readable', listener: () => void): unknown;
  off(event: 'readable', listener: () => void): unknown;
}

export interface InputOptions {
  onReport(report: Report): void;
  /** Told whenever raw mode goes on or off: reports may only be asked for while it is on. */
  onRaw(isRaw: boolean): void;
}

/**
 * How long the rest of a sequence may be on its way: on a slow line it comes in pieces. So long a single Esc waits, which Ink
 * then holds for another 20 ms.
 */
export const sequenceWaitMs = 40;

export class FilteredInput extends EventEmitter {
  readonly isTTY = true;
  readonly #from: RawInput;
  readonly #options: InputOptions;
  readonly #parser = createReportParser();
  #typed = '';
  #isRaw = false;
  #wait: NodeJS.Timeout | undefined;

  constructor(from: RawInput, options: InputOptions) {
    super();
    this.#from = from;
    this.#options = options;
  }

  setEncoding(): void {
    this.#from.setEncoding('utf8');
  }

  setRawMode(isRaw: boolean): void {
    this.#from.setRawMode?.(isRaw);
    if (isRaw === this.#isRaw) return;
    this.#isRaw = isRaw;
    if (isRaw) this.#from.on('readable', this.#receive);
    else this.#from.off('readable', this.#receive);
    if (!isRaw) this.#forget();
    this.#options.onRaw(isRaw);
  }

  ref(): void {
    this.#from.ref?.();
  }

  unref(): void {
    this.#from.unref?.();
  }

  /** What was typed since the last call; `null` = nothing. */
  read(): string | null {
    const typed = this.#typed;
    this.#typed = '';
    return typed === '' ? null : typed;
  }

  #receive = (): void => {
    clearTimeout(this.#wait);
    for (let chunk = this.#from.read(); chunk !== null; chunk = this.#from.read()) {
      const { typed, reports } = this.#parser.push(String(chunk));
      this.#typed += typed;
      for (const report of reports) this.#options.onReport(report);
    }
    if (this.#parser.isWaiting()) this.#wait = setTimeout(this.#flush, sequenceWaitMs);
    this.#offer();
  };

  #flush = (): void => {
    this.#typed += this.#parser.flush();
    this.#offer();
  };

  #offer(): void {
    if (this.#typed !== '') this.emit('readable');
    // Nobody reads: it must not be typed into what is opened later, nor grow.
    if (this.listenerCount('readable') === 0) this.#typed = '';
  }

  #forget(): void {
    clearTimeout(this.#wait);
    this.#parser.flush();
    this.#typed = '';
  }
}
