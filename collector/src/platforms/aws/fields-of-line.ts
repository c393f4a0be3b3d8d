/**
 * The fields of Lambda's own lines: `Duration: 2.46 ms`, parted by tabs, or by spaces where somebody has copied them. By
 * character codes: a million REPORT lines a second leave no time for regular expressions.
 */

const tab = 0x09;
const newline = 0x0a;
const space = 0x20;
const zero = 0x30;
const nine = 0x39;
const dot = 0x2e;
const colon = 0x3a;
/** Of which a number holds each. */
const mostDigits = 16;

const isSpace = (code: number): boolean => code === space || (code >= tab && code <= 0x0d);

export const spacesEnd = (text: string, at: number): number => {
  let end = at;
  while (isSpace(text.charCodeAt(end))) end += 1;
  return end;
};

export const wordEnd = (text: string, at: number): number => {
  let end = at;
  for (let code = text.charCodeAt(end); !Number.isNaN(code) && !isSpace(code); code = text.charCodeAt(end)) end += 1;
  return end;
};

/** Figures in ms and MB; NaN = not there. One object for all lines: read it before the next one. */
export class LineFields {
  duration = Number.NaN;
  billed = Number.NaN;
  memorySize = Number.NaN;
  memoryUsed = Number.NaN;
  init = Number.NaN;
  restore = Number.NaN;
  billedRestore = Number.NaN;
  /** '' = not there. */
  status = '';
  errorType = '';
  phase = '';
  /** The line ends in the middle of a field. */
  isCut = false;
  /** A field is no figure as Lambda writes it. */
  isStrange = false;
  #end = 0;

  read(text: string, from: number): void {
    this.duration = this.billed = this.memorySize = this.memoryUsed = Number.NaN;
    this.init = this.restore = this.billedRestore = Number.NaN;
    this.status = this.errorType = this.phase = '';
    this.isCut = false;
    this.isStrange = false;
    for (let at = spacesEnd(text, from); at < text.length; at = spacesEnd(text, this.#end)) {
      if (!this.#readFigure(text, at)) this.#readWord(text, at);
    }
  }

  /** Labels are told apart by their first letter and their length. */
  #readFigure(text: string, at: number): boolean {
    switch (text.charCodeAt(at)) {
      case 0x44: // Duration
        if (text.charCodeAt(at + 8) !== colon) return false;
        this.duration = this.#number(text, at + 10);
        return true;
      case 0x42: // Billed Duration, Billed Restore Duration
        if (text.charCodeAt(at + 15) === colon) this.billed = this.#number(text, at + 17);
        else if (text.charCodeAt(at + 23) === colon) this.billedRestore = this.#number(text, at + 25);
        else return false;
        return true;
      case 0x4d: // Memory Size, Max Memory Used
        if (text.charCodeAt(at + 11) === colon) this.memorySize = this.#number(text, at + 13);
        else if (text.charCodeAt(at + 15) === colon) this.memoryUsed = this.#number(text, at + 17);
        else return false;
        return true;
      case 0x49: // Init Duration
        if (text.charCodeAt(at + 13) !== colon) return false;
        this.init = this.#number(text, at + 15);
        return true;
      case 0x52: // Restore Duration
        if (text.charCodeAt(at + 16) !== colon) return false;
        this.restore = this.#number(text, at + 18);
        return true;
      default:
        return false;
    }
  }

  /** With its unit, `ms` or `MB`: a number that is cut off is another number. */
  #number(text: string, from: number): number {
    let at = from;
    let value = 0;
    let code = text.charCodeAt(at);
    for (; code >= zero && code <= nine; code = text.charCodeAt(++at)) value = value * 10 + (code - zero);
    if (code === dot) {
      let scale = 1;
      for (code = text.charCodeAt(++at); code >= zero && code <= nine; code = text.charCodeAt(++at)) {
        value = value * 10 + (code - zero);
        scale *= 10;
      }
      value /= scale;
    }
    const unit = (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
    const isWhole = code === space && at > from && at < from + mostDigits && (unit === 0x6d73 || unit === 0x4d42);
    this.#end = isWhole ? at + 3 : wordEnd(text, at);
    if (isWhole) return value;
    if (spacesEnd(text, this.#end) === text.length) this.isCut = true;
    else this.isStrange = true;
    return Number.NaN;
  }

  /** `Status: timeout`, and whatever else may stand in a line, such as X-Ray's. */
  #readWord(text: string, at: number): void {
    if (text.startsWith('Status: ', at)) this.status = this.#word(text, at + 8);
    else if (text.startsWith('Error Type: ', at)) this.errorType = this.#word(text, at + 12);
    else if (text.startsWith('Phase: ', at)) this.phase = this.#word(text, at + 7);
    else {
      this.#end = fieldEnd(text, at);
      // Half a label.
      if (!text.slice(at, this.#end).includes(': ')) this.isCut = true;
    }
  }

  #word(text: string, at: number): string {
    this.#end = wordEnd(text, at);
    return text.slice(at, this.#end);
  }
}

/** Where the next tab or line is. */
const fieldEnd = (text: string, at: number): number => {
  let end = at;
  for (
    let code = text.charCodeAt(end);
    !Number.isNaN(code) && code !== tab && code !== newline;
    code = text.charCodeAt(end)
  )
    end += 1;
  return end;
};
