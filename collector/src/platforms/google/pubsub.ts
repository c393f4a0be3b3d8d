/** A message of Pub/Sub as it is pushed: `{"message":{"data":"<base64>","messageId":"..."},"subscription":"..."}`. */
import type { UnknownReason } from '../../model/unknown-records.ts';
import { at } from '../fields.ts';

export type Message =
  | { readonly state: 'read'; readonly value: unknown }
  | { readonly state: 'unreadable'; readonly reason: UnknownReason; readonly example: string };

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const shown = 200;

const unreadable = (reason: UnknownReason, example: string): Message => ({
  ...{ state: 'unreadable', reason, example: example.slice(0, shown) },
});

/** What the message holds; `null` for what is no message. */
export const messageOf = (value: unknown): Message | null => {
  const data = at(value, 'message', 'data');
  if (data === undefined) return null;
  if (typeof data !== 'string' || !base64.test(data)) return unreadable('unknown shape', String(data));
  const bytes = Buffer.from(data, 'base64');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return unreadable('not UTF-8', bytes.toString('latin1'));
  }
  try {
    return { state: 'read', value: JSON.parse(text) };
  } catch {
    return unreadable(/^\s*[[{]/.test(text) ? 'not JSON' : 'not of the platform', text);
  }
};
