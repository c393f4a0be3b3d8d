/**
 * Reads `ExportTraceServiceRequest` from protobuf. Field numbers are those of opentelemetry-proto 1.11
 * (trace.proto, common.proto, resource.proto); fields that are not listed here are skipped: among them events, links
 * and dropped counts, which nothing shows yet.
 *
 * Written by hand because it is several times faster than generated readers and the collector exists for this
 * job. The tests compare it with another reader's and with real exporters' bytes.
 */
import { type Attributes, type AttributeValue, type DecodedSpan, emptySpan } from '../model/span.ts';
import { checkDepth, DecodeBudget } from '../reading/limits.ts';
import { WireReader } from './wire.ts';

/** @throws MalformedBody or OversizedBody (see limits.ts). */
export function readProtobuf(body: Uint8Array): DecodedSpan[] {
  const reader = new WireReader(body);
  const spans: DecodedSpan[] = [];
  const request = new TraceReader(reader, spans);
  while (reader.nextField()) request.requestField();
  return spans;
}

/** Of a resource that was not told. */
const noAttributes: Attributes = new Map();

/** Resources that came before, by their bytes: a function's instance sends the same with every body. */
const knownResources = new Map<string, Attributes>();
/** Longer ones are read again. */
const longestKnownResource = 4_096;
/** Of all of them together. When it is reached, all are forgotten. */
const mostKnownBytes = 2 * 1024 * 1024;
let knownBytes = 0;

function remember(key: string, resource: Attributes): void {
  if (knownBytes + key.length > mostKnownBytes) {
    knownResources.clear();
    knownBytes = 0;
  }
  knownBytes += key.length;
  knownResources.set(key, resource);
}

class TraceReader {
  readonly #reader: WireReader;
  readonly #spans: DecodedSpan[];
  readonly #budget = new DecodeBudget();

  constructor(reader: WireReader, spans: DecodedSpan[]) {
    this.#reader = reader;
    this.#spans = spans;
  }

  requestField(): void {
    if (this.#reader.field === 1) this.#resourceSpans();
    else this.#reader.skip();
  }

  #resourceSpans(): void {
    const reader = this.#reader;
    const first = this.#spans.length;
    let resource = noAttributes;
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 1) resource = this.#resource(resource);
      else if (reader.field === 2) this.#scopeSpans(resource);
      else reader.skip();
    }
    reader.leave(outer);
    // The resource may also come after its spans on the wire.
    for (let index = first; index < this.#spans.length; index++)
      (this.#spans[index] as DecodedSpan).resource = resource;
  }

  /** `before` is what an earlier occurrence gave: the format merges repeated sub-messages. */
  #resource(before: Attributes): Attributes {
    const reader = this.#reader;
    const key = before === noAttributes ? reader.peek(longestKnownResource) : null;
    if (key === null) return this.#readResource(new Map(before));
    let resource = knownResources.get(key);
    if (resource === undefined) {
      resource = this.#readResource(new Map());
      remember(key, resource);
    } else {
      reader.skip();
    }
    return resource;
  }

  #readResource(into: Attributes): Attributes {
    const reader = this.#reader;
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 1) this.#keyValue(into, 1);
      else reader.skip();
    }
    reader.leave(outer);
    return into;
  }

  #scopeSpans(resource: Attributes): void {
    const reader = this.#reader;
    const first = this.#spans.length;
    let scopeName = '';
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 1) scopeName = this.#scope(scopeName);
      else if (reader.field === 2) this.#spans.push(this.#span(resource));
      else reader.skip();
    }
    reader.leave(outer);
    if (scopeName === '') return;
    for (let index = first; index < this.#spans.length; index++) {
      (this.#spans[index] as DecodedSpan).scopeName = scopeName;
    }
  }

  #scope(before: string): string {
    const reader = this.#reader;
    let name = before;
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 1) name = reader.string();
      else reader.skip();
    }
    reader.leave(outer);
    return name;
  }

  #span(resource: Attributes): DecodedSpan {
    this.#budget.countSpan();
    const span = emptySpan(resource);
    const outer = this.#reader.enter();
    while (this.#reader.nextField()) this.#spanField(span);
    this.#reader.leave(outer);
    return span;
  }

  #spanField(span: DecodedSpan): void {
    const reader = this.#reader;
    switch (reader.field) {
      case 1:
        span.traceId = reader.hex();
        break;
      case 2:
        span.spanId = reader.hex();
        break;
      case 4:
        span.parentSpanId = reader.hex();
        break;
      case 5:
        span.name = reader.string();
        break;
      case 6:
        span.kind = reader.int32();
        break;
      case 7:
        span.startNs = reader.fixed64();
        break;
      case 8:
        span.endNs = reader.fixed64();
        break;
      case 9:
        this.#keyValue(span.attributes, 1);
        break;
      case 15:
        this.#status(span);
        break;
      default:
        reader.skip();
    }
  }

  #status(span: DecodedSpan): void {
    const reader = this.#reader;
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 2) span.statusMessage = reader.string();
      else if (reader.field === 3) span.statusCode = reader.int32();
      else reader.skip();
    }
    reader.leave(outer);
  }

  #keyValue(into: Attributes, depth: number): void {
    const reader = this.#reader;
    let key = '';
    let value: AttributeValue = null;
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 1) key = reader.string();
      else if (reader.field === 2) value = this.#value(value, depth);
      else reader.skip();
    }
    reader.leave(outer);
    into.set(key, value);
  }

  /** `before` is what an earlier occurrence of the same field gave: the format merges repeated sub-messages. */
  #value(before: AttributeValue, depth: number): AttributeValue {
    checkDepth(depth);
    this.#budget.countValue();
    const reader = this.#reader;
    let value = before;
    const outer = reader.enter();
    while (reader.nextField()) value = this.#valueField(value, depth);
    reader.leave(outer);
    return value;
  }

  #valueField(before: AttributeValue, depth: number): AttributeValue {
    const reader = this.#reader;
    switch (reader.field) {
      case 1:
        return reader.string();
      case 2:
        return reader.bool();
      case 3:
        return reader.int64();
      case 4:
        return reader.double();
      case 5:
        return this.#array(before, depth);
      case 6:
        return this.#map(before, depth);
      case 7:
        return reader.bytes();
      default:
        reader.skip();
        return before;
    }
  }

  #array(before: AttributeValue, depth: number): AttributeValue {
    const reader = this.#reader;
    const values = Array.isArray(before) ? before : [];
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 1) values.push(this.#value(null, depth + 1));
      else reader.skip();
    }
    reader.leave(outer);
    return values;
  }

  #map(before: AttributeValue, depth: number): AttributeValue {
    const reader = this.#reader;
    const map: Attributes = before instanceof Map ? before : new Map();
    const outer = reader.enter();
    while (reader.nextField()) {
      if (reader.field === 1) this.#keyValue(map, depth + 1);
      else reader.skip();
    }
    reader.leave(outer);
    return map;
  }
}
