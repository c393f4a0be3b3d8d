/** Text for the clipboard of whoever sits at the terminal, also at the other end of ssh: OSC 52. */

/** Terminals take about 100 kB of base64, tmux and xterm among them. */
const maxBytes = 74_000;

/** @returns undefined for a text that terminals would drop */
export function clipboardSequence(text: string): string | undefined {
  const bytes = Buffer.from(text);
  return bytes.length > maxBytes ? undefined : `\u001b]52;c;${bytes.toString('base64')}\u0007`;
}
