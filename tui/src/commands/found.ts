/** Finds what words on a command line name: a function, an invocation. */
import { usage } from '@coldlens/benchmarks/cli';
import {
  type FunctionIdentity,
  type InvocationQuery,
  narrowedTo,
  type QuestionSource,
  Trouble,
} from '@coldlens/collector';
import { clean } from '../format/clean.ts';
import { formatWindow } from '../format/numbers.ts';

/** Where to look: what is undefined is left open. */
export interface Place {
  provider: string | undefined;
  account: string | undefined;
  region: string | undefined;
  /** Window length, in milliseconds. */
  since: number;
}

/** More functions are not called nearly the same. */
const namesakes = 10_000;
const longestFilter = 200;

const placeText = ({ provider, account, region }: FunctionIdentity): string =>
  clean([provider, account, region].filter((text) => text !== '').join('/'));

/** @throws Trouble when there is none of that name, or more than one */
export async function functionCalled(
  name: string,
  { provider, account, region, since: sinceMs }: Place,
  source: QuestionSource,
): Promise<FunctionIdentity> {
  const nothing = { runtime: undefined, version: undefined, memoryMb: undefined, trigger: undefined };
  const { functions } = await source.ranking({
    ...{ sinceMs, sort: 'invocations', limit: namesakes, filter: name.slice(0, longestFilter) },
    only: narrowedTo({ provider, account, region, ...nothing }),
  });
  const [found, ...others] = functions.filter((ranked) => ranked.name === name);
  if (found === undefined) {
    throw new Trouble(
      `There is no function ${JSON.stringify(clean(name))} in the last ${formatWindow(sinceMs)}.`,
      'Take a name as coldlens top shows it, or look further back with --since.',
    );
  }
  if (others.length > 0) {
    throw usage(
      `${others.length + 1} functions are called ${JSON.stringify(clean(name))}: ${[found, ...others].map(placeText).join(', ')}.`,
      'Say which one with --provider, --account or --region.',
    );
  }
  return { provider: found.provider, account: found.account, region: found.region, name: found.name };
}

const searched = 1000;

/** Where only the id is known it is looked for among the function's latest cold starts. */
export async function invocationOf(
  invocationId: string,
  { at: atMs, ...values }: Place & { function: string | undefined; at: number | undefined },
  source: QuestionSource,
): Promise<InvocationQuery> {
  const { function: name } = values;
  if (name === undefined) {
    throw usage('An invocation is found by its function.', 'Name it: coldlens invocation ID --function NAME');
  }
  const of = await functionCalled(name, values, source);
  if (atMs !== undefined) return { ...of, invocationId, atMs };
  const list = await source.coldStarts({ ...of, sinceMs: values.since, limit: searched });
  const found = list?.coldStarts.find((one) => one.invocationId === invocationId);
  if (found !== undefined) return { ...of, invocationId, atMs: Date.parse(found.at) };
  throw new Trouble(
    `None of the latest ${searched} cold starts of ${JSON.stringify(clean(name))} is ${JSON.stringify(clean(invocationId))}.`,
    'Say when it was, within an hour: --at 2026-11-22T09:30:00Z',
  );
}
