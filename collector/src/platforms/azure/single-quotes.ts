/**
 * Diagnostic logs of function apps come with properties that are no JSON. On Linux the host takes every apostrophe out of them
 * and writes apostrophes for their double quotes, so `{'message':'say \'hi\''}` was `{"message":"say \"hi\""}`: nothing is lost
 * by turning them back.
 * https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.WebHost/Diagnostics/LinuxEventGenerator.cs
 */
import { checkJsonShape } from '../../reading/json-shape.ts';
import { parsed } from '../fields.ts';

const apostrophe = 0x27;
const backslash = 0x5c;
const opening = 0x7b;
const closing = 0x7d;

/** Where an object with such a name begins. */
const begins = /\{\s*'/g;

/** Where the object that begins here ends: behind its brace, or with the text. */
const endOfObject = (text: string, start: number): number => {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === apostrophe) isText = !isText;
    else if (isText) continue;
    else if (code === opening) depth += 1;
    else if (code === closing) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
};

/** The same with double quotes, inside such objects only. */
const requoted = (text: string): string => {
  const parts: string[] = [];
  let told = 0;
  begins.lastIndex = 0;
  for (let match = begins.exec(text); match !== null; match = begins.exec(text)) {
    const end = endOfObject(text, match.index);
    parts.push(text.slice(told, match.index), text.slice(match.index, end).replaceAll("'", '"'));
    told = end;
    begins.lastIndex = end;
  }
  return parts.join('') + text.slice(told);
};

/** Shorter texts are harmless, whatever they hold. */
const harmlessLength = 1024 * 1024;

const checked = (text: string): unknown => {
  if (text.length > harmlessLength) checkJsonShape(Buffer.from(text));
  return parsed(text);
};

/**
 * A JSON text, also one with such properties; `undefined` for what is neither.
 * @throws MalformedBody, OversizedBody for a long text that is nested too deep or has too many parts
 */
export const parsedLeniently = (text: string): unknown => {
  begins.lastIndex = 0;
  if (!begins.test(text)) return checked(text);
  // Such a beginning may also stand in an ordinary text.
  return checked(requoted(text)) ?? checked(text);
};
