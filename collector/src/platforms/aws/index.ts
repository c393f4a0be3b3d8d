import type { LogFormat, ReadBody } from '../format.ts';
import { readCloudWatch, readFirehose, readTelemetry } from './bodies.ts';
import { isEnvelope } from './envelope-shapes.ts';
import { InsightsCsv, isInsightsHead } from './insights-csv.ts';
import { isLambdaLine, TextLines } from './text-lines.ts';

/** Bodies of requests, by the name of their format. */
export const awsBodies = {
  firehose: readFirehose,
  cloudwatch: readCloudWatch,
  'lambda-telemetry': readTelemetry,
} as const satisfies Readonly<Record<string, ReadBody>>;

/** What can be imported. */
export const awsFormats: readonly LogFormat[] = [
  {
    name: 'cloudwatch-csv',
    title: 'results of CloudWatch Logs Insights as CSV',
    isRecord: () => false,
    isLine: isInsightsHead,
    reader: (place, into) => new InsightsCsv(place, into),
  },
  {
    name: 'cloudwatch',
    title: 'logs of AWS Lambda: CloudWatch Logs and the Telemetry API',
    isRecord: isEnvelope,
    isLine: isLambdaLine,
    reader: (place, into) => new TextLines(place, into),
  },
];
