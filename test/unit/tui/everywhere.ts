/** An answer in which every text is one name, but for what the types bound: times, and words of a fixed list. */

const bounded = new Set([
  'at',
  'since',
  'until',
  'arrivedAt',
  'startedAt',
  'firstAt',
  'latestAt',
  'lastSuccessAt',
  'latestArrivalAt',
  'what',
]);

export function everywhere<T>(value: T, name: string, key = ''): T {
  if (typeof value === 'string') return (bounded.has(key) ? value : name) as T;
  if (Array.isArray(value)) return value.map((one) => everywhere(one, name, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([own, one]) => [own, everywhere(one, name, own)])) as T;
}
