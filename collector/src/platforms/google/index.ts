/** Google: Cloud Logging, of 1st gen functions and of Cloud Run functions, as Pub/Sub pushes it and as it is exported. */
import type { LogFormat, ReadBody } from '../format.ts';
import { readCloudLogging } from './body.ts';
import { messageOf } from './pubsub.ts';
import { cloudLoggingReader, isEntry } from './reader.ts';

/** Bodies of requests, by the name of their format. */
export const googleBodies = { 'cloud logging': readCloudLogging } as const satisfies Readonly<Record<string, ReadBody>>;

const isRecord = (value: unknown): boolean => {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  const message = messageOf(one);
  return isEntry(message?.state === 'read' ? message.value : one);
};

/** What can be imported. */
export const googleFormats: readonly LogFormat[] = [
  {
    ...{ name: 'gcp', title: 'Google Cloud Logging' },
    isRecord,
    isLine: () => false,
    reader: cloudLoggingReader,
  },
];
