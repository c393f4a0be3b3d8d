/**
 * Sends messages to a collector, packed, a few at a time. What may work later is an error, so that the platform gives the batch
 * again; the collector knows by its content what it has had. What can never work is logged and let go, or it would stop all
 * that comes behind it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const packed = promisify(gzip);

/** Of one request, before it is packed; a message has at most one million. */
const mostBytes = 8 * 1024 * 1024;
const tries = 3;
const firstWaitMs = 500;
const longestWaitMs = 10_000;
const answerMaxMs = 30_000;

/** The host parses what is JSON. Logs with apostrophes for quotes are none, and stay texts. */
const textOf = (message) => {
  if (typeof message === 'string') return message;
  return message instanceof Uint8Array ? Buffer.from(message).toString() : JSON.stringify(message);
};

/** Each message is a text of its own in the body, so that one that is cut off harms no other. */
const bodiesOf = (messages) => {
  const bodies = [];
  let texts = [];
  let bytes = 0;
  for (const message of messages) {
    const text = textOf(message);
    if (bytes > 0 && bytes + text.length > mostBytes) {
      bodies.push(JSON.stringify(texts));
      [texts, bytes] = [[], 0];
    }
    texts.push(text);
    bytes += text.length;
  }
  if (texts.length > 0) bodies.push(JSON.stringify(texts));
  return bodies;
};

/** 401, 403 and 404 are a mistake in the settings, which somebody will mend. */
const mayWorkLater = (status) => status >= 500 || [401, 403, 404, 408, 429].includes(status);

const post = async (body, { url, token, log }) => {
  let failure = '';
  for (let left = tries, waitMs = firstWaitMs; left > 0; left -= 1, waitMs *= 4) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Content-Encoding': 'gzip',
          ...(token && { Authorization: `Bearer ${token}` }),
        },
        body,
        signal: AbortSignal.timeout(answerMaxMs),
      });
      const answer = await response.text();
      if (response.ok) return;
      failure = `${response.status} ${answer.slice(0, 500)}`;
      if (!mayWorkLater(response.status)) {
        log(`The collector refuses ${body.length} bytes for good: ${failure}`);
        return;
      }
      const askedMs = Number(response.headers.get('Retry-After')) * 1_000;
      if (askedMs > 0) waitMs = Math.min(askedMs, longestWaitMs);
    } catch (error) {
      failure = String(error.cause ?? error);
    }
    if (left > 1) await sleep(waitMs);
  }
  throw new Error(`The collector took nothing in ${tries} tries: ${failure}`);
};

/**
 * @param messages one, or a batch: texts, bytes, or what the host has parsed
 * @throws when the collector could not take all of them now
 */
export const forward = async (messages, { log, env = process.env }) => {
  const { COLDLENS_URL, COLDLENS_REGION, COLDLENS_TOKEN: token } = env;
  if (!COLDLENS_URL) throw new Error('COLDLENS_URL is not set: it says where the collector is.');
  const url = new URL('/v1/azure', COLDLENS_URL);
  if (COLDLENS_REGION) url.searchParams.set('region', COLDLENS_REGION);
  for (const body of bodiesOf(Array.isArray(messages) ? messages : [messages])) {
    await post(await packed(body), { url, token, log });
  }
};
