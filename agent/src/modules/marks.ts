/**
 * Puts a mark before the first and after the last statement of an ES module's source, which tell when its body runs:
 * Node itself tells nobody. Lines never move, and columns only where the first line holds code that is not an import.
 */

/** Name of the global function that a mark calls. */
export const markFunction = '__coldlensModule';

/** A longer first line is a bundler's: all its code, and all its places in the source map. */
const maxFirstLine = 300;

/** An import statement that ends on the line that it began on: the mark goes behind it, where nothing shifts. */
const wholeImport = /^\s*import\b[^;]*;\s*$/;

/** Lines before which a mark moves nothing. */
const noCode = /^\s*(\/\/.*)?$/;

/** Begin of the URL of a module that is nothing but a first mark. */
export const markModule = `data:text/javascript,${markFunction}(`;

/**
 * @param source of an ES module, without a byte order mark
 * @param id which the marks report: `id` when it begins, `-id` when it is done. From 1 on
 * @param keepsColumns whether a source map is in use
 */
export const withMarks = (source: string, id: number, keepsColumns: boolean): string => {
  const end = `\n;${markFunction}(${-id});`;
  const begin = `${markFunction}(${id});`;
  const lineEnd = source.search(/[\r\n\u2028\u2029]/);
  const firstLine = lineEnd === -1 ? source : source.slice(0, lineEnd);
  if (firstLine.startsWith('#!')) {
    // The interpreter's line must stay first; the mark opens the one after it.
    if (lineEnd === -1) return source;
    const next = lineEnd + (source.startsWith('\r\n', lineEnd) ? 2 : 1);
    return `${source.slice(0, next)}${begin}${source.slice(next)}${end}`;
  }
  if (firstLine.length > maxFirstLine || (keepsColumns && !noCode.test(firstLine) && !wholeImport.test(firstLine))) {
    // Nothing may be put in front of it. But of all that a module imports, the last is evaluated just before itself.
    return `${source}${end}import"${markModule}${id})";`;
  }
  if (wholeImport.test(firstLine)) return `${firstLine}${begin}${source.slice(firstLine.length)}${end}`;
  return begin + source + end;
};

/** Whether a module that does not come to its end may be waiting. Comments and strings count too: it only allows. */
export const mayAwait = (source: string): boolean => source.includes('await');
