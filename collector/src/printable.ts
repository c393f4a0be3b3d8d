/** Words of others, such as a server's, made fit for a message of ours. */

/** Controls (C0, DEL, C1), and what turns the direction of a line or breaks it without being seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Commands to a CI that reads what we print, anywhere in a line. */
const workflowCommand = /#(?=#(?:\[|vso\[))/gi;

/** One line of at most so many characters. */
export const printable = (text: string, maxLength = 300): string =>
  text.toWellFormed().replace(unprintable, ' ').replace(workflowCommand, ' ').slice(0, maxLength);
