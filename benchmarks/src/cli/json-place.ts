/** Where a text stops being JSON: V8 says so of some errors only, and quotes the text of the others. */

interface Complaint {
  /** Without what V8 quotes of the text: passwords may stand there. */
  message: string;
  /** From 1 on. */
  line: number;
  column: number;
}

const complaintIn = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

/** Whether more text could not make JSON of it: what it complains of is not just that it ends. */
function isBroken(text: string): boolean {
  const message = complaintIn(text);
  if (message === undefined) return false;
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  if (position !== undefined) return Number(position) < text.length && !message.startsWith('Unterminated string');
  return message.startsWith('Unexpected token');
}

/** @returns undefined for JSON */
export function jsonComplaint(text: string): Complaint | undefined {
  const message = complaintIn(text);
  if (message === undefined) return undefined;
  // What is broken stays broken with more behind it, so the shortest broken beginning ends with the culprit.
  let [sound, broken] = [0, text.length + 1];
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2);
    if (isBroken(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  const before = text.slice(0, Math.min(sound, text.length));
  return {
    message: message.replace(/,? ?(\.\.\.)?".*$/s, '').replace(/ in JSON at position .*$/s, ''),
    line: before.split('\n').length,
    column: before.length - before.lastIndexOf('\n'),
  };
}
