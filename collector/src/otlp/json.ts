/**
 * Reads `ExportTraceServiceRequest` from OTLP's JSON: lowerCamelCase names, hex ids in either case, enums as
 * integers only, 64-bit integers as string or number, unknown fields ignored.
 */
import { type Attributes, type AttributeValue, type DecodedSpan, emptySpan } from '../model/span.ts';
import { checkJsonShape } from '../reading/json-shape.ts';
import { checkDepth, DecodeBudget, MalformedBody } from '../reading/limits.ts';

type JsonObject = { readonly [name: string]: unknown };

/** @throws MalformedBody or OversizedBody (see limits.ts). */
export function readJson(body: Uint8Array): DecodedSpan[] {
  return readRequest(parse(body));
}

/** Of a body that is parsed already. @throws MalformedBody or OversizedBody (see limits.ts). */
export function readRequest(body: unknown): DecodedSpan[] {
  const spans: DecodedSpan[] = [];
  const budget = new DecodeBudget();
  const request = object(body, 'the body');
  for (const resourceSpans of objects(request, 'resourceSpans')) {
    const resource = readAttributes(optionalObject(resourceSpans, 'resource'), budget, 1);
    for (const scopeSpans of objects(resourceSpans, 'scopeSpans')) {
      const scopeName = string(optionalObject(scopeSpans, 'scope'), 'name');
      for (const span of objects(scopeSpans, 'spans')) {
        budget.countSpan();
        spans.push(readSpan(span, resource, scopeName, budget));
      }
    }
  }
  return spans;
}

function parse(body: Uint8Array): unknown {
  checkJsonShape(body);
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    // The parser's own message quotes the body, which is the sender's business only.
    throw new MalformedBody('The body is not valid JSON.');
  }
}

function readSpan(json: JsonObject, resource: Attributes, scopeName: string, budget: DecodeBudget): DecodedSpan {
  const status = optionalObject(json, 'status');
  const span = emptySpan(resource);
  span.traceId = string(json, 'traceId').toLowerCase();
  span.spanId = string(json, 'spanId').toLowerCase();
  span.parentSpanId = string(json, 'parentSpanId').toLowerCase();
  span.name = string(json, 'name');
  span.kind = enumNumber(json, 'kind');
  span.startNs = uint64(json, 'startTimeUnixNano');
  span.endNs = uint64(json, 'endTimeUnixNano');
  span.attributes = readAttributes(json, budget, 1);
  span.scopeName = scopeName;
  span.statusCode = enumNumber(status, 'code');
  span.statusMessage = string(status, 'message');
  return span;
}

function readAttributes(owner: JsonObject, budget: DecodeBudget, depth: number, name = 'attributes'): Attributes {
  const attributes: Attributes = new Map();
  for (const pair of objects(owner, name)) {
    attributes.set(string(pair, 'key'), readValue(optionalObject(pair, 'value'), budget, depth));
  }
  return attributes;
}

/** Readers of the members of `AnyValue`; the first one present counts. */
const valueReaders: Readonly<
  Record<string, (json: JsonObject, name: string, budget: DecodeBudget, depth: number) => AttributeValue>
> = {
  stringValue: (json, name) => string(json, name),
  boolValue: (json, name) => {
    const value = json[name];
    if (typeof value !== 'boolean') throw wrongType(name, 'true or false');
    return value;
  },
  intValue: (json, name) => {
    const value = BigInt.asIntN(64, integer(json, name));
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  },
  doubleValue: (json, name) => double(json, name),
  arrayValue: (json, name, budget, depth) =>
    objects(optionalObject(json, name), 'values').map((value) => readValue(value, budget, depth + 1)),
  kvlistValue: (json, name, budget, depth) => readAttributes(optionalObject(json, name), budget, depth + 1, 'values'),
  bytesValue: (json, name) => Buffer.from(string(json, name), 'base64'),
};

function readValue(json: JsonObject, budget: DecodeBudget, depth: number): AttributeValue {
  checkDepth(depth);
  budget.countValue();
  for (const name in valueReaders) {
    if (Object.hasOwn(json, name) && json[name] !== null) {
      return (valueReaders[name] as (typeof valueReaders)[string])(json, name, budget, depth);
    }
  }
  return null;
}

// Members are read only where the object itself has them, so that `constructor` or `__proto__` are plain data.

function member(json: JsonObject, name: string): unknown {
  return Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined;
}

function wrongType(name: string, wanted: string): MalformedBody {
  return new MalformedBody(`"${name}" must be ${wanted}.`);
}

function object(value: unknown, name: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedBody(`${name === 'the body' ? 'The body' : `"${name}"`} must be a JSON object.`);
  }
  return value as JsonObject;
}

function optionalObject(json: JsonObject, name: string): JsonObject {
  return object(member(json, name) ?? {}, name);
}

function objects(json: JsonObject, name: string): JsonObject[] {
  const value = member(json, name) ?? [];
  if (!Array.isArray(value)) throw wrongType(name, 'an array');
  return value.map((element) => object(element, name));
}

function string(json: JsonObject, name: string): string {
  const value = member(json, name) ?? '';
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  // A lone surrogate is no text and would be refused by the database: it becomes U+FFFD.
  return value.isWellFormed() ? value : value.toWellFormed();
}

function enumNumber(json: JsonObject, name: string): number {
  const value = member(json, name) ?? 0;
  if (!Number.isInteger(value)) throw wrongType(name, 'an integer (OTLP/JSON has no enum names)');
  return value as number;
}

const integerShape = /^-?\d{1,20}$/;

function integer(json: JsonObject, name: string): bigint {
  const value = member(json, name) ?? 0;
  if (typeof value === 'string' && integerShape.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 64) return BigInt(value);
  throw wrongType(name, 'an integer as string or number');
}

function uint64(json: JsonObject, name: string): bigint {
  const value = integer(json, name);
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw wrongType(name, 'between 0 and 2^64 - 1');
  return value;
}

const doubleNames: Readonly<Record<string, number>> = { NaN: NaN, Infinity, '-Infinity': -Infinity };

function double(json: JsonObject, name: string): number {
  const value = member(json, name);
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && Object.hasOwn(doubleNames, value)) return doubleNames[value] as number;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  throw wrongType(name, 'a number');
}
