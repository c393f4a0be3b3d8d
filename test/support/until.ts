/** Waits for a condition; a bounded wait in a test beats a sleep. */
export const until = async (what: string, condition: () => unknown, maxMs = 5_000): Promise<void> => {
  const endMs = performance.now() + maxMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`waited ${maxMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
