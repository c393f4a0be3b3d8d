/** `bench`: cold starts measured, side by side, and base against head. */
import { type Call, command } from '../cli/command.ts';
import type { Config } from '../cli/config.ts';
import type { Values } from '../cli/option.ts';
import { readGateLimits } from '../compare/gate-limits.ts';
import type { GateLimits } from '../compare/settings.ts';
import { configured } from '../targets/config-functions.ts';
import { given } from './given.ts';
import { benchOptions, handlerWords } from './options.ts';
import type { BenchRequest } from './requests.ts';

/** What the configuration says of what fails. */
const gateLimitsOf = ({ file, sections }: Config): Partial<GateLimits> =>
  sections.has('gate') ? readGateLimits(sections.get('gate'), `gate in ${file}`) : {};

const annotated = { auto: null, always: true, never: false } as const;

export const benchRequest = (
  values: Values<typeof benchOptions>,
  { words, config }: Call,
  cwd: string,
): BenchRequest => ({
  cwd,
  handlers: words,
  configured: configured(config),
  node: values.node,
  memoryMb: values.memory,
  pairs: values.pairs,
  allowScripts: values['allow-scripts'] === true,
  strict: values.strict === true,
  gate: Object.assign({}, gateLimitsOf(config), ...values.gate),
  budgets: Object.assign({}, ...values.budget),
  try: values.try,
  coldPerMonth: values['cold-per-month'] ?? null,
  pageCache: values['page-cache'],
  format: values.format,
  annotations: annotated[values.annotations],
  ...given({
    base: values.base,
    build: values.build,
    event: values.event,
    html: values.html,
    json: values['json-file'],
    markdown: values.markdown,
    junit: values.junit,
    badge: values.badge,
    codeQuality: values['code-quality'],
    history: values.history,
    store: values.store,
    prices: values.prices,
  }),
});

export const bench = command({
  name: 'bench',
  summary: 'measure cold starts, and fail when the working tree starts slower than a base',
  examples: [
    'bench',
    'bench src/orders.ts --node 22,24,26',
    'bench --memory 128,512,1024 --cold-per-month 200000',
    'bench --base origin/main --markdown comment.md --junit coldlens.xml',
  ],
  words: handlerWords,
  options: benchOptions,
  async run(values, call) {
    // What measures is loaded only when something is measured.
    const { runBench } = await import('../bench.ts');
    return runBench(benchRequest(values, call, process.cwd()));
  },
});
