/** Waits that end when they are no longer wanted. */

/** `undefined` once it is aborted. Not by Promise.race: a promise that is raced against often keeps what each race gave. */
export const orAborted = <T>(task: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const leave = (): void => resolve(undefined);
    // One that was aborted before tells nobody.
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
    task.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
  });
