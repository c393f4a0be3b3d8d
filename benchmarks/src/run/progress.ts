/** What is going on, for people who wait: one line that changes on a terminal, a line a step elsewhere. On stderr. */
import { clean } from '../cli/clean.ts';
import type { Progress } from '../measure/interleave.ts';

/** A terminal need not be written to more often. */
const everyMs = 100;

export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #step = '';
  #writtenMs = 0;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** Another step begins. */
  step(text: string): void {
    this.#step = clean(text);
    this.#writtenMs = 0;
    if (this.#stream.isTTY) this.#write(this.#step);
    else this.#stream.write(`coldlens: ${this.#step}\n`);
  }

  /** How far the step is. */
  readonly update = ({ done, total, secondsLeft }: Progress): void => {
    if (!this.#stream.isTTY || performance.now() - this.#writtenMs < everyMs) return;
    const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
    this.#write(`${this.#step}, ${done} of at most ${total} starts${left}`);
  };

  /** Something that stays on the screen. */
  note(text: string): void {
    this.clear();
    this.#stream.write(`coldlens: ${clean(text)}\n`);
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }

  #write(text: string): void {
    this.#writtenMs = performance.now();
    this.#stream.write(`\r\u001b[K${text.slice(0, Math.max(20, (this.#stream.columns ?? 80) - 1))}`);
  }
}
