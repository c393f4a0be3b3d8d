/** Writes `ExportTraceServiceRequest` as protobuf: opentelemetry-proto 1.11, as far as the suite's spans need it. */
import type { KeyValueJson, ResourceSpansJson, SpanJson } from './spans.ts';

class Writer {
  #bytes = Buffer.allocUnsafe(1 << 20);
  #at = 0;

  taken(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    return taken;
  }

  varint(field: number, value: number | bigint): void {
    this.#tag(field, 0);
    this.#varint(value);
  }

  fixed64(field: number, value: bigint): void {
    this.#tag(field, 1);
    this.#at = this.#bytes.writeBigUInt64LE(value, this.#at);
  }

  double(field: number, value: number): void {
    this.#tag(field, 1);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  text(field: number, value: string, encoding: 'utf8' | 'hex' = 'utf8'): void {
    this.message(field, () => {
      this.#room(value.length * 3);
      this.#at += this.#bytes.write(value, this.#at, encoding);
    });
  }

  /** The length is known afterwards: what was written makes room for it. */
  message(field: number, write: () => void): void {
    this.#tag(field, 2);
    const from = this.#at;
    write();
    const length = this.#at - from;
    const width = length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4;
    this.#room(width);
    this.#bytes.copyWithin(from + width, from, this.#at);
    this.#at = from;
    this.#varint(length);
    this.#at += length;
  }

  #tag(field: number, type: number): void {
    this.#room(32);
    this.#varint((field << 3) | type);
  }

  #varint(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#at++] = Number(rest);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

const writer = new Writer();

const keyValue = ({ key, value }: KeyValueJson): void => {
  writer.text(1, key);
  writer.message(2, () => {
    if ('stringValue' in value) writer.text(1, value.stringValue);
    else if ('boolValue' in value) writer.varint(2, value.boolValue ? 1 : 0);
    else if ('intValue' in value) writer.varint(3, BigInt(value.intValue));
    else writer.double(4, value.doubleValue);
  });
};

const span = (one: SpanJson): void => {
  writer.text(1, one.traceId, 'hex');
  writer.text(2, one.spanId, 'hex');
  if (one.parentSpanId !== undefined) writer.text(4, one.parentSpanId, 'hex');
  writer.text(5, one.name);
  writer.varint(6, one.kind);
  writer.fixed64(7, BigInt(one.startTimeUnixNano));
  writer.fixed64(8, BigInt(one.endTimeUnixNano));
  for (const attribute of one.attributes) writer.message(9, () => keyValue(attribute));
  writer.message(15, () => {});
};

export const protobufOf = (request: readonly ResourceSpansJson[]): Buffer => {
  for (const { resource, scopeSpans } of request) {
    writer.message(1, () => {
      writer.message(1, () => {
        for (const attribute of resource.attributes) writer.message(1, () => keyValue(attribute));
      });
      for (const { scope, spans } of scopeSpans) {
        writer.message(2, () => {
          writer.message(1, () => {
            writer.text(1, scope.name);
            writer.text(2, scope.version);
          });
          for (const one of spans) writer.message(2, () => span(one));
        });
      }
    });
  }
  return writer.taken();
};
