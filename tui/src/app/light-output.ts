/** The terminal as Ink is given it: what Ink writes goes there in fewer bytes, for those who watch over a slow line. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal obeys
const nextLines = /(?:\u001b\[E){2,}/g;
/** Back to the usual colour right before another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal obeys
const undoneColor = /\u001b\[39m(?=\u001b\[(?:3[0-8]|9[0-7])[;m])/g;

const nextLineLength = '\u001b[E'.length;

/** The same for the terminal: down by so many lines at once, and from colour to colour without the usual one in between. */
export const lightened = (text: string): string =>
  text.replace(nextLines, (all) => `\u001b[${all.length / nextLineLength}E`).replace(undoneColor, '');

export function lightOutput(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string | Uint8Array, ...rest: []): boolean =>
    stdout.write(typeof text === 'string' ? lightened(text) : text, ...rest);
  return new Proxy(stdout, {
    get(_stdout, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(stdout, name, stdout);
      return typeof value === 'function' ? value.bind(stdout) : value;
    },
  });
}
