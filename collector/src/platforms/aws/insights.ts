/** Results of CloudWatch Logs Insights: rows of `@timestamp`, `@message`, `@logStream` and `@log` (`<account>:<group>`). */
import { isObject, textAt } from '../fields.ts';
import type { Envelopes } from './envelopes.ts';
import { timestampMs } from './timestamps.ts';

/** `aws logs get-query-results` has lists of fields, the console's export objects. */
const fieldOf = (row: unknown, name: string): string | undefined =>
  Array.isArray(row)
    ? textAt(
        row.find((field) => textAt(field, 'field') === name),
        'value',
      )
    : textAt(row, name);

export const isInsightsRow = (value: unknown): boolean =>
  (Array.isArray(value) ? value.every((field) => textAt(field, 'field') !== undefined) : isObject(value)) &&
  fieldOf(value, '@message') !== undefined;

export const readInsightsRow = (row: unknown, into: Pick<Envelopes, 'logOf' | 'functionOf'>): void =>
  readRow((name) => fieldOf(row, name), into);

/** @param field of a row, by its name @param isOpen as that of an event */
export const readRow = (
  field: (name: string) => string | undefined,
  into: Pick<Envelopes, 'logOf' | 'functionOf'>,
  isOpen = false,
): void => {
  const log = field('@log') ?? '';
  into.logOf(/^\d{1,20}(?=:)/.exec(log)?.[0] ?? '').event({
    message: field('@message') ?? '',
    atMs: timestampMs(field('@timestamp')),
    functionName: into.functionOf(log),
    stream: field('@logStream'),
    isOpen,
  });
};
