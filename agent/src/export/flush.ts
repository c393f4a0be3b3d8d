/** Ended calls, and when they are looked at: what turns them into spans is loaded after the first response. */
import { after } from '../lazy/load-after.ts';
import { state } from '../state.ts';
import { forgive } from '../warn.ts';

/** Makes spans of all ended calls and sends what is queued. Never rejects. */
export const flush = async (): Promise<void> => {
  try {
    const { exportAll } = await after();
    await exportAll(state.ended.splice(0));
  } catch (error) {
    // What cannot be sent is not kept for ever.
    state.ended.length = 0;
    forgive(error);
  }
};
