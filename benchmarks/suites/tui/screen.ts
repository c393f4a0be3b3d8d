/**
 * What a terminal shows after the bytes that a program wrote: as much of one as Ink needs. Whatever it does not know it
 * refuses, so that nothing is counted wrongly in silence.
 */

/** Of every cell its character and its style. */
type Row = string[];

interface Style {
  bold: boolean;
  dim: boolean;
  color: string;
}

const plain: Style = { bold: false, dim: false, color: '' };

export interface Screen {
  /** @throws Error for a sequence that it does not know */
  write(text: string): void;
  /** The rows, with their styles; two are alike when they look alike. */
  rows(): readonly string[];
  text(): string;
  /** How often all that was below or before the cursor was erased, or the screen. */
  clears(): number;
}

const sequence =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal obeys
  /\u001b(?:\[([?>]?)([\d;]*)([A-Za-z])|([78c])|\][^\u0007\u001b]*(?:\u0007|\u001b\\))|\r|\n|[^\u001b\r\n]/gu;

export function createScreen(columns: number, height: number): Screen {
  const blank = (): Row => Array.from({ length: columns }, () => ' ');
  const rows = Array.from({ length: height }, blank);
  const at = { row: 0, column: 0 };
  let style = plain;
  let clears = 0;

  const moveTo = (row: number, column: number): void => {
    at.row = Math.min(height - 1, Math.max(0, row));
    at.column = Math.min(columns - 1, Math.max(0, column));
  };
  const eraseInRow = (kind: number): void => {
    const [from, to] = kind === 0 ? [at.column, columns] : kind === 1 ? [0, at.column + 1] : [0, columns];
    for (let column = from; column < to; column += 1) (rows[at.row] as Row)[column] = ' ';
  };
  const eraseScreen = (kind: number): void => {
    clears += 1;
    eraseInRow(kind);
    const [from, to] = kind === 0 ? [at.row + 1, height] : kind === 1 ? [0, at.row] : [0, height];
    for (let row = from; row < to; row += 1) rows[row] = blank();
  };
  const put = (character: string): void => {
    const { bold, dim, color } = style;
    (rows[at.row] as Row)[at.column] = bold || dim || color !== '' ? `${character}${bold}${dim}${color}` : character;
    // Behind the last column the cursor waits for what comes next; Ink moves it before it writes again.
    at.column = Math.min(columns - 1, at.column + 1);
  };
  const control = (mark: string, numbers: readonly number[], letter: string): void => {
    const count = Math.max(1, numbers[0] ?? 1);
    const known: Readonly<Record<string, () => void>> = {
      A: () => moveTo(at.row - count, at.column),
      B: () => moveTo(at.row + count, at.column),
      C: () => moveTo(at.row, at.column + count),
      D: () => moveTo(at.row, at.column - count),
      E: () => moveTo(at.row + count, 0),
      F: () => moveTo(at.row - count, 0),
      G: () => moveTo(at.row, count - 1),
      H: () => moveTo(count - 1, Math.max(1, numbers[1] ?? 1) - 1),
      K: () => eraseInRow(numbers[0] ?? 0),
      J: () => eraseScreen(numbers[0] ?? 0),
      m: () => {
        style = styled(style, numbers);
      },
    };
    // Modes of the terminal, and questions to it, change nothing that is shown.
    if (mark !== '' || 'hlcn'.includes(letter)) return;
    const act = known[letter];
    if (act === undefined)
      throw new Error(`the dashboard writes CSI ${numbers.join(';')} ${letter}, which is unknown here`);
    act();
  };

  return {
    write(text) {
      for (const [whole, mark = '', numbers = '', letter] of text.matchAll(sequence)) {
        if (letter !== undefined) control(mark, numbers === '' ? [] : numbers.split(';').map(Number), letter);
        else if (whole === '\r') at.column = 0;
        else if (whole === '\n') moveTo(at.row + 1, 0);
        else if (whole === '\u001bc') eraseScreen(2);
        else if (!whole.startsWith('\u001b')) put(whole);
      }
    },
    rows: () => rows.map((row) => row.join('')),
    text: () =>
      rows
        .map((row) =>
          row
            .map((cell) => [...cell][0] ?? ' ')
            .join('')
            .trimEnd(),
        )
        .join('\n'),
    clears: () => clears,
  };
}

function styled(before: Style, numbers: readonly number[]): Style {
  const [first = 0] = numbers;
  if (first === 0) return plain;
  if (first === 1) return { ...before, bold: true };
  if (first === 2) return { ...before, dim: true };
  if (first === 22) return { ...before, bold: false, dim: false };
  if (first === 39) return { ...before, color: '' };
  if ((first >= 30 && first <= 38) || (first >= 90 && first <= 97)) return { ...before, color: numbers.join(';') };
  throw new Error(`the dashboard writes SGR ${numbers.join(';')}, which is unknown here`);
}
