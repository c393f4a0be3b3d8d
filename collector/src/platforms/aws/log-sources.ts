/**
 * Where lines of Lambda's log are from: a stream is an instance, and its name tells the function's version. What a stream has
 * told is remembered as long as the body or file that it is in is read.
 */
import { type FunctionFacts, namedFunction } from '../../model/invocation/facts.ts';
import { kept, named } from '../fields.ts';
import type { Place } from '../format.ts';
import type { InitsAgain } from './init-again.ts';

const groupPrefix = '/aws/lambda/';

/**
 * Of `/aws/lambda/<function>`, or as a person has said; `undefined` for any other group.
 * @param group with `<account>:` before it, or without
 */
export const functionOfGroup = (group: string, { functionOfGroup: told = {} }: Place = {}): string | undefined => {
  const name = group.replace(/^\d{1,20}:/, '');
  if (Object.hasOwn(told, name)) return told[name];
  return name.startsWith(groupPrefix) ? name.slice(groupPrefix.length) || undefined : undefined;
};

interface StreamName {
  /** Told where several functions share a log group. */
  readonly functionName?: string;
  readonly version: string;
}

/** `2026/11/22/[<version>]<id>`, or `2026/11/22/<function>[<version>]<id>` in a group of several functions. */
export const readStreamName = (stream: string): StreamName | null => {
  const open = stream.indexOf('[');
  const close = stream.indexOf(']', open);
  if (open < dateLength || close === -1 || !isDate(stream)) return null;
  const functionName = stream.slice(dateLength, open);
  return { version: stream.slice(open + 1, close), ...(functionName !== '' && { functionName }) };
};

const dateLength = '2026/11/22/'.length;
const isDate = (text: string): boolean => /^\d{4}\/\d\d\/\d\d\/$/.test(text.slice(0, dateLength));

/** One stream of one function. */
export class LogSource {
  readonly functionName: string;
  /** '' = not told. */
  readonly instanceId: string;
  of: FunctionFacts;
  /** It was initialised before anybody asked, as the platform says. */
  isAhead = false;
  /** Most have none. */
  initsAgain: InitsAgain | undefined;

  constructor(functionName: string, instanceId: string, place: Place, version = '') {
    this.functionName = kept(named(functionName));
    this.instanceId = kept(named(instanceId));
    this.of = namedFunction(this.functionName, {
      ...{ provider: 'aws', account: place.account ?? '', region: place.region ?? '', cloudPlatform: 'aws_lambda' },
      instanceId: this.instanceId || null,
      functionVersion: version ? kept(named(version)) : null,
    });
  }

  /** What a line has told of all that comes after it. */
  learn(about: Partial<Record<'runtime' | 'functionVersion' | 'sku', string>>): void {
    const { told } = this.of;
    const news = Object.entries(about).filter(([name, value]) => told[name as keyof typeof about] !== value);
    if (news.length === 0) return;
    const texts = Object.fromEntries(news.map(([name, value]) => [name, kept(value)]));
    this.of = { ...this.of, told: { ...told, ...texts } };
  }
}

/** So many streams are remembered, and as many of those before them. */
const mostSources = 10_000;

/** Of all accounts of one file or body: how much is remembered does not depend on how they are mixed. */
export class SourceRoom {
  #taken = 0;
  /** Whoever sees another one than before forgets what was before the last one. */
  turn = 0;

  take(): void {
    this.#taken += 1;
    if (this.#taken <= mostSources) return;
    this.#taken = 1;
    this.turn += 1;
  }
}

/** By what lines say of the function, then by stream. */
type Known = Map<string, Map<string, LogSource>>;

export class LogSources {
  readonly #place: Place;
  readonly #room: SourceRoom;
  #known: Known = new Map();
  /** Those that were not seen since the room was full. */
  #before: Known = new Map();
  #turn = 0;

  constructor(place: Place, room = new SourceRoom()) {
    this.#place = place;
    this.#room = room;
  }

  /**
   * @param functionName '' = not told
   * @param stream '' = not told
   * @param hint of which function, where nothing else says it
   * @returns `null` where nothing says which function it is
   */
  of(functionName: string, stream = this.#place.logStream ?? '', hint = ''): LogSource | null {
    if (this.#turn !== this.#room.turn) this.#forget();
    const source = this.#known.get(functionName)?.get(stream);
    if (source !== undefined) return source;
    const before = this.#before.get(functionName)?.get(stream);
    if (before !== undefined) return this.#add(functionName, stream, before);
    const told = readStreamName(stream);
    const name = functionName || this.#place.functionName || told?.functionName || hint;
    return name === ''
      ? null
      : this.#add(functionName, stream, new LogSource(name, stream, this.#place, told?.version));
  }

  #add(functionName: string, stream: string, source: LogSource): LogSource {
    this.#room.take();
    if (this.#turn !== this.#room.turn) this.#forget();
    let streams = this.#known.get(functionName);
    if (streams === undefined) {
      streams = new Map();
      this.#known.set(kept(functionName), streams);
    }
    streams.set(kept(stream), source);
    return source;
  }

  #forget(): void {
    this.#before = this.#room.turn === this.#turn + 1 ? this.#known : new Map();
    this.#known = new Map();
    this.#turn = this.#room.turn;
  }
}
