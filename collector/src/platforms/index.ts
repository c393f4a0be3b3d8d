/** Everything that platforms tell in logs and exports of their own, and what reads each. */
import { awsBodies, awsFormats } from './aws/index.ts';
import { azureBodies, azureFormats } from './azure/index.ts';
import { cloudflareBodies, cloudflareFormats } from './cloudflare/index.ts';
import type { LogFormat, ReadBody } from './format.ts';
import { googleBodies, googleFormats } from './google/index.ts';

const bodies = { ...awsBodies, ...azureBodies, ...googleBodies, ...cloudflareBodies } as const;
export type PlatformBody = keyof typeof bodies;
export const platformBodies: Readonly<Record<PlatformBody, ReadBody>> = bodies;

/** The more particular ones first. */
export const logFormats: readonly LogFormat[] = [
  ...awsFormats,
  ...azureFormats,
  ...googleFormats,
  ...cloudflareFormats,
];
