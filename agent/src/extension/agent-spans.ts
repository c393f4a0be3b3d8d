/** What passes through from the agent: which invocations it tells of, and their traces. */
import { at, textAt } from '../platforms/shape.ts';
import { attribute } from '../vocabulary.ts';

/** An invocation's root span, for the platform's span to join. */
export interface Root {
  invocationId: string;
  traceId: string;
  spanId: string;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const attributeText = (holder: unknown, name: string): string | undefined =>
  textAt(
    list(at(holder, 'attributes')).find((entry) => at(entry, 'key') === name),
    'value',
    'stringValue',
  );

/** Elements of `resourceSpans` in a trace request or in the agent's line on stdout; empty for anything else. */
export const resourceSpansOf = (body: unknown): readonly unknown[] => list(at(body, 'resourceSpans'));

export const rootsIn = (resourceSpans: unknown): Root[] =>
  list(at(resourceSpans, 'scopeSpans'))
    .flatMap((scope) => list(at(scope, 'spans')))
    .flatMap((span) => {
      const invocationId = attributeText(span, attribute.invocationId);
      const [traceId, spanId] = [textAt(span, 'traceId'), textAt(span, 'spanId')];
      const isRoot = attributeText(span, attribute.phase) === 'invocation';
      return isRoot && invocationId && traceId && spanId ? [{ invocationId, traceId, spanId }] : [];
    });

/** Lines leave `service.name` out where it is the function's name; receivers other than ours look for it. */
const nameServices = (line: unknown): unknown => {
  for (const resourceSpans of resourceSpansOf(line)) {
    const resource = at(resourceSpans, 'resource');
    const attributes = at(resource, 'attributes');
    const name = attributeText(resource, attribute.functionName);
    if (!Array.isArray(attributes) || !name || attributeText(resource, attribute.serviceName)) continue;
    attributes.push({ key: attribute.serviceName, value: { stringValue: name } });
  }
  return line;
};

/** The agent's line on stdout, as the platform passes log lines on; `null` for every other line. */
export const agentLine = (record: unknown): unknown => {
  if (at(record, 'coldlens') === 1) return nameServices(record);
  if (typeof record !== 'string' || !record.startsWith('{"coldlens":1,')) return null;
  try {
    return nameServices(JSON.parse(record));
  } catch {
    // The platform cut the line in two.
    return null;
  }
};
