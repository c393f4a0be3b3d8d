/** Everything that Azure tells of functions: what it is wrapped in is unwrapped, and each record goes to the reader of its kind. */
import type { Telling } from '../../model/telling.ts';
import { arrayAt, at, exampleOf, isObject, textAt } from '../fields.ts';
import type { Place, RecordReader } from '../format.ts';
import { Apps } from './apps.ts';
import { readHostLine, readLog } from './logs.ts';
import { first, firstText, type NotTold, type Reading } from './record.ts';
import { isExport, readExport, readRequest } from './requests.ts';
import { parsedLeniently } from './single-quotes.ts';

interface Kind {
  is(record: unknown): boolean;
  read(record: unknown, reading: Reading): NotTold;
}

const isNamed = (value: unknown, names: readonly string[], ...words: readonly string[]): boolean => {
  const told = firstText(value, names);
  return told !== undefined && told.length < 64 && words.includes(told.toLowerCase());
};
const tables = ['Type', 'category'] as const;
const has = (value: unknown, ...names: readonly string[]): boolean =>
  names.every((name) => at(value, name) !== undefined);

const kinds: readonly Kind[] = [
  {
    is: (record) =>
      isNamed(record, ['category', 'operationName'], 'functionapplogs', 'microsoft.web/sites/functions/log') ||
      isNamed(record, ['Type'], 'functionapplogs', 'apptraces') ||
      isNamed(record, ['itemType'], 'trace') ||
      has(record, 'Message', 'HostInstanceId') ||
      has(record, 'message', 'customDimensions'),
    read: readLog,
  },
  { is: isExport, read: readExport },
  {
    is: (record) =>
      isNamed(record, tables, 'apprequests') ||
      isNamed(record, ['itemType'], 'request') ||
      has(record, 'DurationMs', 'Properties') ||
      has(record, 'duration', 'customDimensions'),
    read: readRequest,
  },
];

/** Deeper than an array of events of bodies of records nothing lies. */
const maxDepth = 5;

/** Of Event Hubs' messages: what Logic Apps, Event Grid and bindings call their body. */
const bodies = ['body', 'Body', 'data_base64', 'ContentData'] as const;
/** Asks whether an address wants events; nothing of a function. */
const handshake = 'Microsoft.EventGrid.SubscriptionValidationEvent';

/** Rows of a query's answer, each with its columns' names. */
function* rowsOf(tables: readonly unknown[]): Generator<unknown> {
  for (const table of tables) {
    const columns = arrayAt(table, 'columns').map((column) => textAt(column, 'name') ?? '');
    for (const row of arrayAt(table, 'rows')) {
      if (Array.isArray(row)) yield Object.fromEntries(columns.map((name, index) => [name, row[index]]));
    }
  }
}

/** What a value only carries: records, or values that carry some; `undefined` for a record. */
const wrappedIn = (value: unknown): Iterable<unknown> | undefined => {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return undefined;
  if (Array.isArray(at(value, 'records'))) return arrayAt(value, 'records');
  if (Array.isArray(at(value, 'tables'))) return rowsOf(arrayAt(value, 'tables'));
  const body = first(value, bodies) ?? first(value, ['data']);
  return body === undefined || (typeof body !== 'string' && typeof body !== 'object') ? undefined : [body];
};

/** Plain or base64. */
const textOf = (text: string): unknown => {
  const isPlain = /^\s*[[{"]/.test(text);
  return parsedLeniently(isPlain ? text : Buffer.from(text, 'base64').toString());
};

/** Lines of the host may begin with a time in brackets. */
const isJsonLike = (text: string): boolean => /^(\{|\[\s*["[{\]])/.test(text);

/** By the first thing in it: what is wrapped together is of one kind. */
export const isAzureRecord = (value: unknown, depth = 0): boolean => {
  if (kinds.some(({ is }) => is(value))) return true;
  const inner = depth > maxDepth ? undefined : wrappedIn(value);
  if (inner === undefined) return false;
  for (const one of inner) return isAzureRecord(typeof one === 'string' ? textOf(one) : one, depth + 1);
  return false;
};

export class AzureReader implements RecordReader {
  readonly #reading: Reading;
  readonly #into: Telling;

  constructor(place: Place, into: Telling) {
    this.#into = into;
    this.#reading = { into, apps: new Apps(place) };
  }

  record(value: unknown): void {
    this.#read(value, 0);
  }

  line(line: string): void {
    const text = line.trim();
    if (text === '') return;
    if (text.includes('\ufffd')) this.#count(['not UTF-8', text]);
    else if (!isJsonLike(text)) this.#count(readHostLine(text, this.#reading));
    else {
      const value = parsedLeniently(text);
      if (value === undefined) this.#count([/[\]}],?$/.test(text) ? 'not JSON' : 'cut off', text]);
      else this.#read(value, 0);
    }
  }

  /** A record that was looked at. */
  #count(notTold: NotTold): void {
    this.#into.records += 1;
    if (notTold !== null) this.#into.notKnown(...notTold);
  }

  #read(value: unknown, depth: number): void {
    const kind = kinds.find(({ is }) => is(value));
    const inner = kind === undefined && depth <= maxDepth ? wrappedIn(value) : undefined;
    if (kind !== undefined) this.#count(kind.read(value, this.#reading));
    else if (textAt(value, 'eventType') === handshake) this.#count(['control message', exampleOf(value)]);
    else if (typeof value === 'string' && depth <= maxDepth) this.#readText(value, depth);
    else if (inner === undefined) this.#count(['unknown shape', exampleOf(value)]);
    else for (const one of inner) this.#read(one, depth + 1);
  }

  /** Records as a text in a value, such as the body of a message. */
  #readText(text: string, depth: number): void {
    const value = textOf(text);
    if (value === undefined) this.#count(['not JSON', text]);
    else this.#read(value, depth + 1);
  }
}
