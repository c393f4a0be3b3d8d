/** From ended calls to spans on their way. Loaded after the first response. */
import type { Observation } from '../observation.ts';
import { recordOf } from '../record.ts';
import { state } from '../state.ts';
import { safely } from '../warn.ts';
import { enqueue, send } from './queue.ts';

/** Makes records of ended calls and sends all that is queued. Never rejects. */
export const exportAll = async (ended: readonly Observation[]): Promise<void> => {
  for (const observation of ended) {
    safely(() => {
      const record = recordOf(observation);
      if (record) (state.sink?.take ?? enqueue)(record);
    });
  }
  await state.sink?.flush();
  await send();
};
