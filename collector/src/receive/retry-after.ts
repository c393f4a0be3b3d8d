/**
 * How long whoever was told 503 is to wait. Seconds, 1 to 3: short, because the JavaScript exporter gives up at once when a wait
 * exceeds its remaining time; not the same for all, or they would all be back at the same moment.
 */
export const retryAfter = (): Record<string, string> => ({
  'Retry-After': String(1 + Math.floor(Math.random() * 3)),
});
