/** `why`: which import makes a cold start slow, and what would help. */
import { type Call, command } from '../cli/command.ts';
import type { Values } from '../cli/option.ts';
import { configured } from '../targets/config-functions.ts';
import { given } from './given.ts';
import { handlerWords, whyOptions } from './options.ts';
import type { WhyRequest } from './requests.ts';

export const whyRequest = (values: Values<typeof whyOptions>, { words, config }: Call, cwd: string): WhyRequest => ({
  cwd,
  handlers: words,
  configured: configured(config),
  try: values.try,
  coldPerMonth: values['cold-per-month'] ?? null,
  pageCache: values['page-cache'],
  format: values.format,
  apply: values.apply === true,
  ...given({
    event: values.event,
    node: values.node,
    memoryMb: values.memory,
    html: values.html,
    prices: values.prices,
  }),
});

export const why = command({
  name: 'why',
  summary: 'say which import makes a cold start slow, what it costs, and what would help',
  examples: [
    'why ./handler.js',
    'why src/orders.ts --event sqs --cold-per-month 200000',
    'why template.yaml#Orders --try node=26 --html why.html',
  ],
  words: handlerWords,
  options: whyOptions,
  async run(values, call) {
    // What measures is loaded only when something is measured.
    const { runWhy } = await import('../why.ts');
    return runWhy(whyRequest(values, call, process.cwd()));
  },
});
