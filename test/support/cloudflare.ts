/** What Cloudflare tells, as fixtures. */
import { readFileSync } from 'node:fs';
import { Telling } from '#collector/model/telling.js';
import { cloudflareBodies } from '#collector/platforms/cloudflare/index.js';
import type { Place } from '#collector/platforms/format.js';

export const cloudflareFixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/platforms/cloudflare/${name}`, import.meta.url), 'utf8');

/** A little later than the samples. */
export const samplesMs = Date.parse('2026-10-15T12:00:00Z');

/** What a body of `POST /v1/cloudflare` tells. */
export const told = (body: string | Uint8Array, place: Place = {}, receivedMs = samplesMs): Telling => {
  const telling = new Telling(receivedMs);
  cloudflareBodies.cloudflare(typeof body === 'string' ? Buffer.from(body) : body, place, telling);
  return telling;
};

const oldest = 1_790_665_119;

/** Moves the times of samples of 2026-09 and 2026-10 to the last days before now; they keep their distances. */
export const moved = (sample: string, nowMs: number): string => {
  const byS = Math.floor(nowMs / 1_000) - 86_400 - oldest;
  return sample.replaceAll(
    /\b(179\d{7})(\d{3}|\d{9})\b/g,
    (_all, seconds: string, rest: string) => `${Number(seconds) + byS}${rest}`,
  );
};
