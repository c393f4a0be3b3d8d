/** No platform that we know: any async function in any Node process. */
import { startAfterGap } from '../phases/start.ts';
import { attribute } from '../vocabulary.ts';
import { processInstanceId } from './common.ts';
import type { Platform } from './platform.ts';

export const plain: Platform = {
  name: 'plain',
  importBegins: 1,
  matches: () => true,
  remainingMs: () => null,
  call: () => ({ invocationId: null, parent: null }),
  firstStart: (_env, gapMs) => startAfterGap(gapMs, 'inferred'),
  attributes: () => ({}),
  resource: () => ({ [attribute.instanceId]: processInstanceId() }),
};
