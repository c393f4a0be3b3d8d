/** The platforms that Node code reaches a function on; the first that matches is where we are. */
import { azure } from './azure.ts';
import { google } from './google.ts';
import { lambda } from './lambda.ts';
import { plain } from './plain.ts';
import type { Platform } from './platform.ts';

const platforms: readonly Platform[] = [lambda, azure, google, plain];

let found: Platform | undefined;

/** Where this process runs. Decided once, at the first question. */
export const platform = (): Platform => {
  found ??= platforms.find((candidate) => candidate.matches(process.env)) ?? plain;
  return found;
};
