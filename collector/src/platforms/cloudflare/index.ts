/** What Cloudflare tells of Workers outside of OTLP. */
import type { Telling } from '../../model/telling.ts';
import { at, exampleOf, isObject } from '../fields.ts';
import type { LogFormat, Place, ReadBody, RecordReader } from '../format.ts';
import { readBody } from './body.ts';
import { Invocations, type Told } from './invocation.ts';
import { isTraceEvent, traceEvent } from './logpush.ts';
import { isTailItem, tailItem } from './tail.ts';
import { isUpload, isWranglerLine, takeUpload, uploadOf, WranglerOutput } from './upload.ts';

/** With these Logpush tries an HTTP destination that is new to it. */
const isTest = (value: unknown): boolean =>
  isObject(value) && at(value, 'content') === 'tests' && Object.keys(value).length === 1;
/** Our Tail Worker says what it could not send. */
const isDropped = (value: unknown): boolean => typeof at(value, 'coldlensDropped') === 'number';

const invocationShapes: readonly { is(value: unknown): boolean; read(record: unknown): Told }[] = [
  { is: isTraceEvent, read: traceEvent },
  { is: isTailItem, read: tailItem },
];

const mostDropped = 1_000_000_000;

class CloudflareReader implements RecordReader {
  readonly #place: Place;
  readonly #into: Telling;
  readonly #invocations: Invocations;
  readonly #wrangler: WranglerOutput;

  constructor(place: Place, into: Telling) {
    this.#place = place;
    this.#into = into;
    this.#invocations = new Invocations(place, into);
    this.#wrangler = new WranglerOutput(place, into);
  }

  /** Tail items come in arrays. */
  record(value: unknown): void {
    if (Array.isArray(value)) for (const one of value) this.#one(one);
    else this.#one(value);
  }

  line(line: string): void {
    this.#into.records += 1;
    if (!this.#wrangler.line(line)) this.#into.notKnown('not of the platform', line);
  }

  #one(value: unknown): void {
    const into = this.#into;
    into.records += 1;
    const shape = invocationShapes.find(({ is }) => is(value));
    if (shape !== undefined) this.#invocations.take(shape.read(value), value);
    else if (isUpload(value)) takeUpload(uploadOf(value), this.#place, into, exampleOf(value));
    else if (isTest(value)) into.notKnown('control message', exampleOf(value));
    else if (isDropped(value)) {
      const count = Math.trunc(Number(at(value, 'coldlensDropped')));
      into.unknown.add('dropped by the platform', exampleOf(value), Math.min(Math.max(count, 1), mostDropped));
    } else into.notKnown('unknown shape', exampleOf(value));
  }
}

const reader = (place: Place, into: Telling): RecordReader => new CloudflareReader(place, into);

const isOne = (value: unknown): boolean =>
  invocationShapes.some(({ is }) => is(value)) || isUpload(value) || isTest(value) || isDropped(value);

/** A list is in no other list: nesting of any depth is somebody else's. */
const isRecord = (value: unknown): boolean => isOne(Array.isArray(value) ? value[0] : value);

/** Bodies of requests, by the name of their format. */
export const cloudflareBodies = {
  cloudflare: (body, place, into) => readBody(body, reader(place, into), into),
} as const satisfies Readonly<Record<string, ReadBody>>;

/** What can be imported. */
export const cloudflareFormats: readonly LogFormat[] = [
  {
    name: 'cloudflare',
    title: "Cloudflare Workers: Logpush's workers_trace_events, tail items, answers to uploads",
    isRecord,
    isLine: isWranglerLine,
    reader,
  },
];
