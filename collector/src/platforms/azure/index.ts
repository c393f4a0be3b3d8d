/** Azure Functions: the host's log and the requests of Application Insights, as Azure Monitor delivers and exports them. */
import { type LogFormat, NotOfFormat, type ReadBody } from '../format.ts';
import { isHostLine } from './logs.ts';
import { AzureReader, isAzureRecord } from './reader.ts';
import { parsedLeniently } from './single-quotes.ts';

const wanted = 'The body should be JSON: records of Azure Monitor, as Event Hubs have them, or one a line.';

/** What Event Hubs, Logic Apps or the forwarding function have: a JSON value of any of these shapes, or one a line. */
const readAzure: ReadBody = (body, place, into) => {
  const text = new TextDecoder().decode(body).trim();
  if (text === '') return;
  if (!/^[[{]/.test(text)) throw new NotOfFormat(wanted);
  const reader = new AzureReader(place, into);
  const value = parsedLeniently(text);
  if (value !== undefined) reader.record(value);
  else if (text.includes('\n')) for (const line of text.split('\n')) reader.line(line);
  else throw new NotOfFormat(wanted);
};

/** Bodies of requests, by the name of their format. */
export const azureBodies = { azure: readAzure } as const satisfies Readonly<Record<string, ReadBody>>;

/** Lines whose properties are no JSON are no records, and yet lines of Azure's. */
const isQuotedLine = (line: string): boolean => /^\s*\{/.test(line) && /FunctionAppLogs/i.test(line.slice(0, 4_096));

/** What can be imported. */
export const azureFormats: readonly LogFormat[] = [
  {
    name: 'azure',
    title: 'Azure Functions (FunctionAppLogs, Application Insights)',
    isRecord: isAzureRecord,
    isLine: (line) => isHostLine(line) || isQuotedLine(line),
    reader: (place, into) => new AzureReader(place, into),
  },
];
