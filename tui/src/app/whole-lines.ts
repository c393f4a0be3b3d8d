/**
 * What Ink draws a frame into, in place of its own `Output`: each piece of text is a whole row of the screen.
 *
 *   Ink keeps a grid of styled characters, for it may be given any pieces anywhere: 5,700 objects a frame, taken apart from lines
 *   and put together again, which was a quarter of what an update cost. The dashboard's lines come measured, cut and styled,
 *   one a row (see ScreenLine.tsx), and stay the texts that they are.
 */

type Transform = (line: string, index: number) => string;

export default class WholeLines {
  readonly #rows: string[];

  constructor({ height }: { width: number; height: number }) {
    this.#rows = Array.from({ length: height }, () => '');
  }

  /** @throws where the text is anything but one row from the left edge on: whoever draws such wants Ink's own */
  write(x: number, y: number, text: string, { transformers }: { transformers: readonly Transform[] }): void {
    if (x !== 0 || text.includes('\n')) throw new Error(`the dashboard draws whole lines, and this is none: ${text}`);
    // While the terminal becomes lower, Ink draws once more what was made for its old height.
    if (y >= this.#rows.length) return;
    this.#rows[y] = transformers.reduce((line, transform) => transform(line, 0), text).trimEnd();
  }

  /** Lines are cut already. */
  clip(): void {}
  unclip(): void {}

  get(): { output: string; height: number } {
    return { output: this.#rows.join('\n'), height: this.#rows.length };
  }
}
