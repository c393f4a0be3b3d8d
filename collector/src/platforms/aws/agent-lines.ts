/**
 * The lines that our agent writes into the function's log: each is a trace request in OTLP's JSON behind the key `coldlens`.
 * What follows from the rest of a line is not in it (see agent/src/export/lines.ts) and is put back here.
 */
import { attribute } from '@coldlens/agent/vocabulary';
import type { Attributes, AttributeValue, DecodedSpan } from '../../model/span.ts';
import { hasValidIds } from '../../model/span.ts';
import type { Telling } from '../../model/telling.ts';
import { readJson } from '../../otlp/json.ts';
import { MalformedBody, OversizedBody } from '../../reading/limits.ts';
import { at, jsonText } from '../fields.ts';

const head = '{"coldlens":';
/** The scope says whose spans they are. */
const ourScope = 'coldlens';

export const isAgentLine = (line: string): boolean => line.startsWith(head);

export const readAgentLine = (line: string, into: Telling): void => {
  let spans: DecodedSpan[];
  try {
    spans = readJson(Buffer.from(line));
  } catch (error) {
    if (!(error instanceof MalformedBody || error instanceof OversizedBody)) throw error;
    into.notKnown(line.endsWith('}') ? 'unknown shape' : 'cut off', line);
    return;
  }
  if (spans.length === 0) into.notKnown('unknown shape', line);
  const restored = new Set<Attributes>();
  for (const span of spans) {
    if (!hasValidIds(span)) {
      into.invalid += 1;
      continue;
    }
    if (span.scopeName === ourScope) putBack(span, restored);
    into.spans.push(span);
  }
};

/** A function whose log is JSON has what it writes wrapped up. @returns whether it was the agent's, which is read then */
export const readAgentValue = (value: unknown, into: Telling): boolean => {
  const inner = at(value, 'message') ?? at(value, 'record');
  if (typeof inner === 'string' && isAgentLine(inner)) readAgentLine(inner, into);
  else if (at(value, 'coldlens') !== undefined) readAgentLine(jsonText(value), into);
  else if (at(inner, 'coldlens') !== undefined) readAgentLine(jsonText(inner), into);
  else return false;
  return true;
};

const putBack = (span: DecodedSpan, restored: Set<Attributes>): void => {
  const { attributes, resource } = span;
  if (!restored.has(resource)) {
    restored.add(resource);
    completeResource(resource);
  }
  if (attributes.get(attribute.phase) !== 'invocation') return;
  setAbsent(attributes, attribute.coldStart, false);
  const arn = resource.get(attribute.resourceId);
  if (arn !== undefined) setAbsent(attributes, attribute.invokedArn, arn);
};

const completeResource = (resource: Attributes): void => {
  setAbsent(resource, 'telemetry.sdk.name', ourScope);
  setAbsent(resource, 'telemetry.sdk.language', 'nodejs');
  if (resource.has(attribute.platformRuntime)) setAbsent(resource, attribute.runtimeName, 'nodejs');
  const name = resource.get(attribute.functionName);
  if (name === undefined) return;
  setAbsent(resource, attribute.serviceName, name);
  const [region, account] = [resource.get(attribute.cloudRegion), resource.get(attribute.cloudAccountId)];
  if (region === undefined || account === undefined) return;
  setAbsent(resource, attribute.resourceId, `arn:aws:lambda:${region}:${account}:function:${name}`);
};

const setAbsent = (attributes: Attributes, name: string, value: AttributeValue): void => {
  if (!attributes.has(name)) attributes.set(name, value);
};
