/** The functions of an AWS SAM or CloudFormation template. */
import { dirname, resolve } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { usage } from '../../cli/usage.ts';
import type { Draft, Found } from '../draft.ts';
import type { SampleName } from '../events.ts';
import { isDirectory } from '../files.ts';
import { asNumber, asRecord, asTexts, at } from '../loose.ts';
import { parseYaml } from '../parse.ts';
import { type Template, templateOf } from './cloudformation.ts';
import { lambdaFile } from './lambda-handler.ts';
import type { Source } from './source.ts';

/** Where each kind of function has its code. */
const codeKeys: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'CodeUri',
  'AWS::Lambda::Function': 'Code',
};

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html */
const samples: Readonly<Record<string, SampleName>> = {
  Api: 'apigateway-v1',
  HttpApi: 'apigateway-v2',
  SQS: 'sqs',
  SNS: 'sns',
  S3: 's3',
  Schedule: 'schedule',
  ScheduleV2: 'schedule',
  EventBridgeRule: 'eventbridge',
  CloudWatchEvent: 'eventbridge',
  DynamoDB: 'dynamodb',
  Kinesis: 'kinesis',
};

/** The platform's own, where a template says nothing. */
const usualMemoryMb = 128;
const usualTimeoutS = 3;

const triggerOf = (properties: unknown): SampleName | undefined => {
  const kinds = Object.values(asRecord(at(properties, 'Events'))).map((event) => at(event, 'Type'));
  const known = kinds.find((kind) => typeof kind === 'string' && Object.hasOwn(samples, kind));
  if (typeof known === 'string') return samples[known];
  return at(properties, 'FunctionUrlConfig') === undefined ? undefined : 'apigateway-v2';
};

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html */
const bundleOf = (resource: unknown): BuildOptions | undefined => {
  if (at(resource, 'Metadata', 'BuildMethod') !== 'esbuild') return undefined;
  const said = at(resource, 'Metadata', 'BuildProperties');
  const target = at(said, 'Target');
  const mainFields = at(said, 'MainFields');
  return {
    packages: 'bundle',
    format: at(said, 'Format') === 'esm' ? 'esm' : 'cjs',
    minify: at(said, 'Minify') !== false,
    external: asTexts(at(said, 'External')),
    ...(typeof target === 'string' && { target }),
    ...(typeof mainFields === 'string' && { mainFields: mainFields.split(',') }),
  };
};

/** @returns the draft, or the sentence that says why there is none */
const draftOf = (name: string, resource: unknown, template: Template, path: string): Draft | string => {
  const where = `${name} in ${path}`;
  const codeKey = codeKeys[String(at(resource, 'Type'))] ?? '';
  const own = at(resource, 'Properties');
  const property = (key: string): unknown => at(own, key) ?? at(template.globals, key);

  if (template.text(property('PackageType')) === 'Image')
    return `${where} is a container image, which is not started here.`;
  const runtime = template.text(property('Runtime'));
  if (runtime === undefined) return `${where} has no runtime that the template alone tells.`;
  if (!runtime.startsWith('nodejs')) return `${where} runs on ${runtime}, and only Node is started here.`;
  const code = property(codeKey);
  // CloudFormation's own kind has the code inside, or in a bucket; a local path there is what `package` takes.
  const codePath = code === undefined ? '.' : template.text(code);
  if (codePath === undefined || /^[a-z0-9]+:\/\//i.test(codePath))
    return `${where} has its code in no local directory.`;
  const taskRoot = resolve(dirname(path), codePath);
  if (!isDirectory(taskRoot)) return `${where} has its code in ${codePath}, which is no directory here.`;
  const handler = template.text(property('Handler'));
  const found = handler === undefined ? undefined : lambdaFile(taskRoot, handler);
  if (!found) return `${where} has no handler that the template alone tells.`;

  const bundle = bundleOf(resource);
  const trigger = triggerOf(own);
  const variables = {
    ...asRecord(at(template.globals, 'Environment', 'Variables')),
    ...asRecord(at(own, 'Environment', 'Variables')),
  };
  return {
    name,
    where,
    platform: 'lambda',
    projectFile: path,
    ...found,
    taskRoot,
    memoryMb: asNumber(template.text(property('MemorySize'))) ?? usualMemoryMb,
    timeoutMs: (asNumber(template.text(property('Timeout'))) ?? usualTimeoutS) * 1_000,
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, template.shown(value)])),
    ...(trigger && { trigger }),
    ...(bundle && { bundle }),
  };
};

const read = async (path: string): Promise<Found> => {
  const template = templateOf(await parseYaml(path));
  if (template.resources.length === 0) {
    throw usage(`${path} has no Resources, so it is no SAM template.`, 'Name the handler files instead.');
  }
  const functions = template.resources.filter(([, resource]) => Object.hasOwn(codeKeys, String(at(resource, 'Type'))));
  const all = functions.map(([name, resource]) => draftOf(name, resource, template, path));
  return {
    drafts: all.filter((one) => typeof one !== 'string'),
    notices: all.filter((one) => typeof one === 'string'),
  };
};

export const sam: Source = {
  title: 'SAM template',
  usualNames: ['template.yaml', 'template.yml'],
  pattern: /template[^/\\]*\.ya?ml$/i,
  read,
};
