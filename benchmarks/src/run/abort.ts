/** Ctrl-C and its like end a measurement in order: what was started is ended, what was made is removed. */

import { Trouble } from '@coldlens/collector/trouble';
import { stopSignal } from '../cli/stop-signal.ts';

/** Runs `work` with a signal that is aborted when the process is told to stop. */
export const abortable = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const stop = stopSignal();
  const controller = new AbortController();
  void stop.received.then(() =>
    controller.abort(new Trouble('The measurement was stopped.', 'Run it again to have figures.')),
  );
  try {
    return await work(controller.signal);
  } finally {
    stop.forget();
  }
};
