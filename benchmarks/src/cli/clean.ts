/**
 * Makes outside text fit for a terminal. Everything that a function, a server or a file named goes through here before
 * it is shown: Ink itself lets SGR and OSC sequences in data pass.
 */
import { stripVTControlCharacters } from 'node:util';

/** Longer outside strings are cut before they are looked at; no platform allows names or messages near this. */
const maxLength = 1000;

const lineBreaks = /[\t\n\v\f\r]+/gu;
/** Controls (C0, DEL, C1), format and bidi characters, lone surrogates, line separators, unassigned and invisible ones. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;
/** More than two marks on one letter climb into the neighbouring lines. */
const stackedMarks = /(\p{M}{2})\p{M}+/gu;
const notAscii = /[^ -~]/gu;
const onlyAscii = /^[ -~]*$/;
/** What a CI would take for a command in a line of a job's log: `::error ...::` at its beginning, `##[...]` anywhere. */
const workflowCommand = /^(\s*):(?=:[a-z-]+.*::)|#(?=#(?:\[|vso\[))/giu;

/**
 * One printable line: escape sequences are removed, line breaks become blanks, whatever else a terminal could
 * obey or hide becomes `�`, and so does what begins a command to a CI that reads it.
 */
export function clean(text: string): string {
  const short = text.length > maxLength ? text.slice(0, maxLength) : text;
  const line = onlyAscii.test(short)
    ? short
    : stripVTControlCharacters(short).replace(lineBreaks, ' ').replace(unprintable, '�').replace(stackedMarks, '$1');
  return line.replace(workflowCommand, '$1�');
}

/** {@link clean}, and `?` for every character outside ASCII. */
export function cleanAscii(text: string): string {
  return clean(text).replace(notAscii, '?');
}
