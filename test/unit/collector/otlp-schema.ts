/** OTLP's trace messages for @bufbuild/protobuf: the independent writer and reader that ours is compared with. */
import { create, createFileRegistry, type DescMessage, fromBinary, fromJson, toBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

/** name: [number, type], `*` = repeated; a name in capitals is a message. From opentelemetry-proto 1.11. */
const messages: Record<string, Record<string, [number, string, 'value'?]>> = {
  ExportTraceServiceRequest: { resource_spans: [1, 'ResourceSpans*'] },
  ResourceSpans: { resource: [1, 'Resource'], scope_spans: [2, 'ScopeSpans*'], schema_url: [3, 'STRING'] },
  Resource: { attributes: [1, 'KeyValue*'], dropped_attributes_count: [2, 'UINT32'] },
  ScopeSpans: { scope: [1, 'Scope'], spans: [2, 'Span*'], schema_url: [3, 'STRING'] },
  Scope: { name: [1, 'STRING'], version: [2, 'STRING'] },
  Span: {
    trace_id: [1, 'BYTES'],
    span_id: [2, 'BYTES'],
    trace_state: [3, 'STRING'],
    parent_span_id: [4, 'BYTES'],
    name: [5, 'STRING'],
    kind: [6, 'INT32'],
    start_time_unix_nano: [7, 'FIXED64'],
    end_time_unix_nano: [8, 'FIXED64'],
    attributes: [9, 'KeyValue*'],
    dropped_attributes_count: [10, 'UINT32'],
    events: [11, 'Event*'],
    status: [15, 'Status'],
    flags: [16, 'FIXED32'],
  },
  Event: { time_unix_nano: [1, 'FIXED64'], name: [2, 'STRING'], attributes: [3, 'KeyValue*'] },
  Status: { message: [2, 'STRING'], code: [3, 'INT32'] },
  KeyValue: { key: [1, 'STRING'], value: [2, 'AnyValue'] },
  AnyValue: {
    string_value: [1, 'STRING', 'value'],
    bool_value: [2, 'BOOL', 'value'],
    int_value: [3, 'INT64', 'value'],
    double_value: [4, 'DOUBLE', 'value'],
    array_value: [5, 'ArrayValue', 'value'],
    kvlist_value: [6, 'KeyValueList', 'value'],
    bytes_value: [7, 'BYTES', 'value'],
  },
  ArrayValue: { values: [1, 'AnyValue*'] },
  KeyValueList: { values: [1, 'KeyValue*'] },
  RpcStatus: { code: [1, 'INT32'], message: [2, 'STRING'] },
  ExportTraceServiceResponse: { partial_success: [1, 'PartialSuccess'] },
  PartialSuccess: { rejected_spans: [1, 'INT64'], error_message: [2, 'STRING'] },
};

const wireTypes: Readonly<Record<string, number>> = { FIXED64: 1, DOUBLE: 1, FIXED32: 5, STRING: 2, BYTES: 2 };
const isMessage = (type: string): boolean => Object.hasOwn(messages, type);

/** How a field is written: its wire type, and the message that is in it, if one is; undefined for a field that nobody knows. */
export function fieldOf(message: string, number: number): { type: number; message?: string } | undefined {
  const found = Object.values(messages[message] ?? {}).find(([known]) => known === number);
  if (found === undefined) return undefined;
  const name = found[1].replace('*', '');
  return isMessage(name) ? { type: 2, message: name } : { type: wireTypes[name] ?? 0 };
}

const file = create(FileDescriptorProtoSchema, {
  name: 'otlp.proto',
  package: 'otlp',
  syntax: 'proto3',
  messageType: Object.entries(messages).map(([name, fields]) => ({
    name,
    oneofDecl: Object.values(fields).some((field) => field[2] !== undefined) ? [{ name: 'value' }] : [],
    field: Object.entries(fields).map(([fieldName, [number, typeText, oneof]]) => {
      const typeName = typeText.replace('*', '');
      const scalar = Type[typeName as keyof typeof Type];
      return {
        name: fieldName,
        jsonName: fieldName.replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase()),
        number,
        label: typeText.endsWith('*') ? Label.REPEATED : Label.OPTIONAL,
        ...(scalar === undefined ? { type: Type.MESSAGE, typeName: `.otlp.${typeName}` } : { type: scalar }),
        ...(oneof !== undefined && { oneofIndex: 0 }),
      };
    }),
  })),
});

const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));

function schema(name: string): DescMessage {
  const found = registry.getMessage(`otlp.${name}`);
  if (found === undefined) throw new Error(`no message ${name}`);
  return found;
}

/** Protobuf bytes of a request that is given as protobuf JSON (so: bytes are base64 there, not hex). */
export function requestBytes(json: unknown): Uint8Array {
  const request = schema('ExportTraceServiceRequest');
  return toBinary(request, fromJson(request, json as never, { ignoreUnknownFields: true }));
}

/** What the other reader makes of a request. @throws Error when it takes it for none */
export function readRequest(bytes: Uint8Array): unknown {
  return fromBinary(schema('ExportTraceServiceRequest'), bytes);
}

/** Whether the other reader takes these bytes as a request. */
export function isRequest(bytes: Uint8Array): boolean {
  try {
    fromBinary(schema('ExportTraceServiceRequest'), bytes);
    return true;
  } catch {
    return false;
  }
}

export function readRpcStatus(bytes: Uint8Array): { code: number; message: string } {
  return fromBinary(schema('RpcStatus'), bytes) as unknown as { code: number; message: string };
}

export function readResponse(bytes: Uint8Array) {
  return fromBinary(schema('ExportTraceServiceResponse'), bytes) as unknown as {
    partialSuccess?: { rejectedSpans: bigint; errorMessage: string };
  };
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** OTLP's JSON to protobuf's: the ids are hex in the one and base64 in the other. */
export function withBase64Ids(otlpJson: Json): Json {
  if (Array.isArray(otlpJson)) return otlpJson.map(withBase64Ids);
  if (typeof otlpJson !== 'object' || otlpJson === null) return otlpJson;
  const ids = ['traceId', 'spanId', 'parentSpanId'];
  return Object.fromEntries(
    Object.entries(otlpJson).map(([name, value]) => [
      name,
      ids.includes(name) ? Buffer.from(String(value), 'hex').toString('base64') : withBase64Ids(value),
    ]),
  );
}
