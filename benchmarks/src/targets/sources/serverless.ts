/** The functions of the Serverless Framework's `serverless.yml`. Its variables, `${...}`, are left as they are written. */
import { dirname } from 'node:path';
import { usage } from '../../cli/usage.ts';
import type { Draft, Found } from '../draft.ts';
import type { SampleName } from '../events.ts';
import { asList, asNumber, asRecord, asShownText, asText, asVariables, at } from '../loose.ts';
import { parseYaml } from '../parse.ts';
import { lambdaFile } from './lambda-handler.ts';
import type { Source } from './source.ts';

/** The framework's own, where nothing is said. https://www.serverless.com/framework/docs/providers/aws/guide/functions */
const usualMemoryMb = 1_024;
const usualTimeoutS = 6;

const samples: Readonly<Record<string, SampleName>> = {
  http: 'apigateway-v1',
  httpApi: 'apigateway-v2',
  sqs: 'sqs',
  sns: 'sns',
  s3: 's3',
  schedule: 'schedule',
  eventBridge: 'eventbridge',
  cloudwatchEvent: 'eventbridge',
};

const streamSample = (stream: unknown): SampleName =>
  asShownText(stream).includes('kinesis') ? 'kinesis' : 'dynamodb';

const triggerOf = (fn: unknown): SampleName | undefined => {
  if (at(fn, 'url') !== undefined) return 'apigateway-v2';
  for (const event of asList(at(fn, 'events'))) {
    const kinds = typeof event === 'string' ? [event] : Object.keys(asRecord(event));
    const known = kinds.find((kind) => Object.hasOwn(samples, kind));
    if (known !== undefined) return samples[known];
    if (at(event, 'stream') !== undefined) return streamSample(at(event, 'stream'));
  }
  return undefined;
};

const draftOf = (name: string, fn: unknown, provider: unknown, path: string): Draft | string => {
  const where = `${name} in ${path}`;
  if (at(fn, 'image') !== undefined) return `${where} is a container image, which is not started here.`;
  const runtime = asText(at(fn, 'runtime')) ?? asText(at(provider, 'runtime'));
  // Since version 4 the framework has a runtime of its own choice: Node.
  if (runtime !== undefined && !runtime.startsWith('nodejs') && !runtime.includes('${')) {
    return `${where} runs on ${runtime}, and only Node is started here.`;
  }
  const root = dirname(path);
  const found = lambdaFile(root, asText(at(fn, 'handler')) ?? '');
  if (!found) return `${where} has no handler such as src/app.handler.`;
  const trigger = triggerOf(fn);
  const number = (key: string): number | undefined => asNumber(at(fn, key)) ?? asNumber(at(provider, key));
  const variables = { ...asRecord(at(provider, 'environment')), ...asRecord(at(fn, 'environment')) };
  return {
    name,
    where,
    platform: 'lambda',
    projectFile: path,
    ...found,
    taskRoot: root,
    memoryMb: number('memorySize') ?? usualMemoryMb,
    timeoutMs: (number('timeout') ?? usualTimeoutS) * 1_000,
    environment: asVariables(variables),
    ...(trigger && { trigger }),
  };
};

const read = async (path: string): Promise<Found> => {
  const document = await parseYaml(path);
  const provider = at(document, 'provider');
  const providerName = asText(at(provider, 'name')) ?? asText(provider) ?? 'aws';
  if (providerName !== 'aws') {
    throw usage(
      `${path} is for ${providerName}, and only functions of aws are read from it.`,
      'Name the handler files instead.',
    );
  }
  const functions = at(document, 'functions');
  // Functions may be spread over several lists; what is in other files is behind a variable.
  const lists = Array.isArray(functions) ? functions : [functions];
  const all = lists
    .flatMap((list) => Object.entries(asRecord(list)))
    .map(([name, fn]) => draftOf(name, fn, provider, path));
  const hidden = lists.some((list) => typeof list === 'string')
    ? [`${path} keeps functions in other files, which are not read.`]
    : [];
  return {
    drafts: all.filter((one) => typeof one !== 'string'),
    notices: [...hidden, ...all.filter((one) => typeof one === 'string')],
  };
};

export const serverless: Source = {
  title: 'serverless.yml',
  usualNames: ['serverless.yml', 'serverless.yaml'],
  pattern: /^serverless[^/\\]*\.ya?ml$/i,
  read,
};
