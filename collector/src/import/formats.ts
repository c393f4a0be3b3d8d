/** What an import reads: what platforms log and export, and spans as the OpenTelemetry file exporter and others write them. */
import { hasValidIds } from '../model/span.ts';
import { readRequest } from '../otlp/json.ts';
import type { LogFormat } from '../platforms/format.ts';
import { logFormats } from '../platforms/index.ts';
import { MalformedBody, OversizedBody } from '../reading/limits.ts';

const otlp: LogFormat = {
  name: 'otlp',
  title: 'OTLP in JSON',
  isRecord: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, 'resourceSpans') &&
    Array.isArray((value as { resourceSpans: unknown }).resourceSpans),
  isLine: () => false,
  reader: (_place, into) => ({
    record(value) {
      try {
        for (const span of readRequest(value)) {
          into.records += 1;
          if (hasValidIds(span)) into.spans.push(span);
          else into.notKnown('unknown shape', `a span without valid ids: ${span.name}`);
        }
      } catch (error) {
        if (!(error instanceof MalformedBody || error instanceof OversizedBody)) throw error;
        into.records += 1;
        into.notKnown('unknown shape', error.message);
      }
    },
    line() {},
  }),
};

/** In the order in which a record is asked of them. */
export const importFormats: readonly LogFormat[] = [...logFormats, otlp];
