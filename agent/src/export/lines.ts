/**
 * Invocations as lines of a log, each a whole OTLP/JSON trace request behind the key `coldlens`. A line is cut by the
 * platform when it is too long, and paid for by the byte; so long ones are split, and what a reader knows from the rest of
 * the line is left out.
 */
import { type AttributeValue, type InvocationRecord, type Span, spansOf } from '../invocation.ts';
import { attribute } from '../vocabulary.ts';
import { keyValues, scope, spanJson } from './otlp.ts';

/** CloudWatch takes events of 262,144 bytes, 26 of them its own. */
const maxLineBytes = 250_000;

type Resource = Readonly<Record<string, AttributeValue>>;

/** Resource attributes that follow from others, and when they do. */
const follows = new Map<string, (resource: Resource) => boolean>([
  // The scope's name says whose spans these are, and we are Node's only.
  ['telemetry.sdk.name', (resource) => resource['telemetry.sdk.name'] === scope.name],
  ['telemetry.sdk.language', (resource) => resource['telemetry.sdk.language'] === 'nodejs'],
  // `nodejs24.x` says it.
  [attribute.runtimeName, (resource) => resource[attribute.platformRuntime] !== undefined],
  [attribute.serviceName, (resource) => resource[attribute.serviceName] === resource[attribute.functionName]],
  [attribute.resourceId, (resource) => resource[attribute.resourceId] === functionArn(resource)],
]);

const functionArn = (resource: Resource): string =>
  `arn:aws:lambda:${resource[attribute.cloudRegion]}:${resource[attribute.cloudAccountId]}:function:${resource[attribute.functionName]}`;

const shortened = (resource: Resource): Resource =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !follows.get(name)?.(resource)));

/** Without what the start's kind and the resource say already. */
const shortenedSpan = (span: Span, resource: Resource): Span => {
  const { [attribute.invokedArn]: invokedArn, [attribute.coldStart]: coldStart, ...rest } = span.attributes;
  return {
    ...span,
    attributes: {
      ...rest,
      [attribute.invokedArn]: invokedArn === resource[attribute.resourceId] ? undefined : invokedArn,
      [attribute.coldStart]: coldStart || undefined,
    },
  };
};

/** A warm invocation is its execution: the root says all of it. */
const isTold = ({ start, execution }: InvocationRecord, { phase }: Span): boolean =>
  phase === 'execution' && start.kind === 'warm' && execution === 'certain';

/** Lines with their ends. An invocation stays in one line where it fits; spans keep their ids. */
export const traceLines = (resource: Resource, records: readonly InvocationRecord[]): string[] => {
  const attributes = JSON.stringify(keyValues(shortened(resource)));
  const head = `{"coldlens":1,"resourceSpans":[{"resource":{"attributes":${attributes}},"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[`;
  const tail = ']}]}]}\n';
  const roomBytes = maxLineBytes - Buffer.byteLength(head + tail);
  const lines: string[][] = [];
  let leftBytes = 0;
  const put = (spans: readonly string[]): void => {
    const bytes = Buffer.byteLength(spans.join()) + 1;
    if (bytes > roomBytes && spans.length > 1) {
      for (const span of spans) put([span]);
      return;
    }
    if (bytes > leftBytes) {
      lines.push([]);
      leftBytes = roomBytes;
    }
    lines.at(-1)?.push(...spans);
    leftBytes -= bytes;
  };
  for (const record of records) {
    const spans = spansOf(record, String(resource[attribute.functionName]));
    put(
      spans
        .filter((span) => !isTold(record, span))
        // Phases before modules, so that the first line alone tells of the invocation.
        .sort((a, b) => Number(a.phase === null) - Number(b.phase === null))
        .map((span) => JSON.stringify(spanJson(record, shortenedSpan(span, resource)))),
    );
  }
  return lines.map((spans) => head + spans.join() + tail);
};
