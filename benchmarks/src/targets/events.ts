/**
 * The events that functions are called with: a file, or a sample for each trigger. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { quoted } from '../cli/readers.ts';
import { usage } from '../cli/usage.ts';
import type { GoogleFunction } from '../sandboxes/google/function.ts';
import { isFile } from './files.ts';
import { samples } from './samples.ts';
import type { TargetPlatform, WorkersTarget } from './target.ts';

export type SampleName = keyof typeof samples;
export const sampleNames = Object.keys(samples) as SampleName[];

export interface SampleEvent {
  platform: TargetPlatform;
  about: string;
  event: unknown;
  /** Of Google's functions. */
  signature?: GoogleFunction['signature'];
  /** Of Workers: which of its handlers it goes to. */
  handler?: WorkersTarget['handler'];
}

export const sampleEvent = (name: SampleName): SampleEvent => samples[name];

/** What a platform's functions are called with when nothing says what triggers them. */
export const usualSample = {
  lambda: 'empty',
  google: 'http',
  azure: 'azure-http',
  workers: 'fetch',
  node: 'none',
} as const satisfies Record<TargetPlatform, SampleName>;

/** Lambda takes 6 MB; nothing else takes more from outside. */
const eventMaxBytes = 6 * 1_048_576;

/** An event that was asked for: by the name of a sample, or as text of its own. */
export type AskedEvent = { sample: SampleName } | { json: string };

/**
 * @param text the name of a sample, or a file of JSON
 * @param where as the person wrote it, such as `--event`
 * @throws `Trouble` with exit code 2
 */
export const readEvent = (text: string, directory: string, where: string): AskedEvent => {
  const file = resolve(directory, text);
  if (isFile(file)) return { json: eventOf(file, where) };
  const sample = sampleNames.find((name) => name === text);
  if (sample !== undefined) return { sample };
  throw usage(
    `${where} is ${quoted(text)}, which is neither a file nor a sample.`,
    `Give a JSON file, or one of ${sampleNames.join(', ')}.`,
  );
};

const eventOf = (file: string, where: string): string => {
  if (statSync(file).size > eventMaxBytes) {
    throw usage(
      `${where} is ${file}, which is larger than 6 MB.`,
      'No platform delivers such an event; make it smaller.',
    );
  }
  try {
    return JSON.stringify(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch (error) {
    throw usage(`${where} is ${file}, which is no JSON: ${(error as Error).message}.`, 'Mend it.', error);
  }
};

/** @throws `Trouble` with exit code 2 when a sample is of another platform */
export const eventFor = (
  asked: AskedEvent | undefined,
  trigger: SampleName,
  platform: TargetPlatform,
  of: string,
): { json: string; sample: SampleEvent } => {
  const usual = sampleEvent(sampleEvent(trigger).platform === platform ? trigger : usualSample[platform]);
  if (asked === undefined) return { json: JSON.stringify(usual.event), sample: usual };
  if ('json' in asked) return { json: asked.json, sample: usual };
  const sample = sampleEvent(asked.sample);
  if (sample.platform === platform) return { json: JSON.stringify(sample.event), sample };
  const fitting = sampleNames.filter((name) => sampleEvent(name).platform === platform);
  throw usage(
    `The sample ${asked.sample} is for ${sample.platform}, and ${of} runs on ${platform}.`,
    `Give a JSON file, or one of ${fitting.join(', ')}.`,
  );
};
