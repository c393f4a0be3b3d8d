/** The options of `why` and `bench`. Those that both have are said once. */

import type { OptionTable, Read } from '../cli/option.ts';
import { chosenFrom, isHttpUrl, isOn, plainText, quoted, wholeNumber } from '../cli/readers.ts';
import { usage } from '../cli/usage.ts';
import { readGateLimit } from '../compare/gate-limits.ts';
import { defaultLimits } from '../compare/settings.ts';
import { memoryBoundsMb } from '../sandboxes/lambda/rules.ts';
import { readBudget } from '../targets/budgets.ts';
import { looks, outputFormats } from './requests.ts';

/** What both commands look at. */
export const handlerWords = {
  name: 'handler',
  help: 'file, file#export, template.yaml, serverless.yml, wrangler.toml, host.json, FILE#NAME of these; or none',
} as const;

const memorySize = wholeNumber(memoryBoundsMb.least, memoryBoundsMb.most);

const pairs: Read<(typeof looks)[number]> = (text, option) => {
  const chosen = looks.find((look) => String(look) === text);
  if (chosen !== undefined) return chosen;
  throw usage(`${option} is ${quoted(text)}, which is none of ${looks.join(', ')}.`, 'Choose one of these.');
};

/** What looks like an address must be one. */
const directoryOrUrl: Read<string> = (text, option) => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || isHttpUrl(text)) return plainText(text, option);
  throw usage(
    `${option} is ${quoted(text)}, which is neither a directory nor an http or https address.`,
    'Give a data directory, or the address of a ClickHouse server such as http://127.0.0.1:8123',
  );
};

const file = { value: 'FILE', read: plainText } as const;
const nodeHelp = 'a version, fetched from npm where it is not here, or the path of an executable';
const memoryHelp = `memory in MB, ${memoryBoundsMb.least} to ${memoryBoundsMb.most}, with the share of CPU that Lambda gives for it where this machine can`;

const event = {
  value: 'FILE',
  help: 'the event: a JSON file or the name of a sample, such as sqs; else what the trigger sends',
  read: plainText,
} as const;

const attempts = {
  value: 'CHANGE',
  many: true,
  help: 'measure a change: lazy=MODULE, compile-cache, bundle, node=26, memory=1024',
  read: plainText,
} as const;

const coldPerMonth = {
  value: 'N',
  env: 'COLDLENS_COLD_PER_MONTH',
  config: 'coldPerMonth',
  help: 'cold starts a month, to tell what changes would save',
  read: wholeNumber(1, 1_000_000_000_000),
} as const;

const pageCache = {
  value: 'STATE',
  env: 'COLDLENS_PAGE_CACHE',
  config: 'pageCache',
  default: 'warm',
  help: "the function's files: warm = in memory, dropped = read from disk at every start",
  read: chosenFrom(['warm', 'dropped']),
} as const;

const prices = {
  ...file,
  env: 'COLDLENS_PRICES',
  config: 'prices',
  help: 'price file, as coldlens prices update makes it; ./.coldlens/prices.json where it is there',
} as const;

const format = {
  value: 'FORM',
  default: 'text',
  help: `form of what is printed: ${outputFormats.join(', ')}`,
  shorthand: { flag: 'json', means: 'json' },
  read: chosenFrom(outputFormats),
} as const;

const html = { ...file, help: 'write a page with the flame graph, which works offline' } as const;

export const whyOptions = {
  event,
  node: { value: 'NODE', env: 'COLDLENS_NODE', help: nodeHelp, read: plainText },
  memory: { value: 'MB', env: 'COLDLENS_MEMORY', help: memoryHelp, read: memorySize },
  try: attempts,
  'cold-per-month': coldPerMonth,
  prices,
  apply: { help: 'write the imports that are better lazy into the source, after showing the difference', read: isOn },
  'page-cache': pageCache,
  format,
  html,
} as const satisfies OptionTable;

export const benchOptions = {
  base: {
    value: 'REF',
    env: 'COLDLENS_BASE',
    config: 'base',
    help: 'git revision to compare with, such as origin/main',
    read: plainText,
  },
  build: {
    value: 'COMMAND',
    env: 'COLDLENS_BUILD',
    config: 'build',
    help: 'what builds the functions of the base, such as "npm run build"',
    read: plainText,
  },
  'allow-scripts': {
    env: 'COLDLENS_ALLOW_SCRIPTS',
    config: 'allowScripts',
    help: "run the install scripts of the base's packages",
    read: isOn,
  },
  event,
  node: { value: 'NODE', env: 'COLDLENS_NODE', config: 'node', many: true, help: nodeHelp, read: plainText },
  memory: { value: 'MB', env: 'COLDLENS_MEMORY', config: 'memory', many: true, help: memoryHelp, read: memorySize },
  pairs: {
    value: 'N',
    env: 'COLDLENS_PAIRS',
    config: 'pairs',
    default: String(looks.at(-1)),
    help: `most pairs of starts: ${looks.join(', ')}; earlier ones are looked at too`,
    read: pairs,
  },
  strict: {
    env: 'COLDLENS_STRICT',
    config: 'strict',
    help: 'also fail when a comparison is inconclusive',
    read: isOn,
  },
  gate: {
    value: 'NAME=LIMIT',
    many: true,
    help: `change what fails: ${Object.keys(defaultLimits).join(', ')}; packagesAdded=0, modulesPercent=off`,
    read: readGateLimit,
  },
  budget: { value: 'NAME=LIMIT', many: true, help: 'fail above a limit, such as coldP50Ms=300', read: readBudget },
  try: attempts,
  'cold-per-month': coldPerMonth,
  prices,
  'page-cache': pageCache,
  format,
  'json-file': { ...file, help: 'write the JSON that every report is made from' },
  markdown: { ...file, help: 'write the comment for a pull request' },
  junit: { ...file, help: 'write JUnit XML' },
  html,
  badge: { ...file, help: 'write an SVG badge' },
  'code-quality': { ...file, help: "write GitLab's Code Quality report" },
  annotations: {
    value: 'WHEN',
    env: 'COLDLENS_ANNOTATIONS',
    config: 'annotations',
    default: 'auto',
    help: "print GitHub's annotations: auto = where GitHub runs it, always, never",
    read: chosenFrom(['auto', 'always', 'never']),
  },
  history: {
    value: 'DIR',
    env: 'COLDLENS_HISTORY',
    config: 'history',
    help: 'keep the JSON of every run in a directory, and show how the functions went on such machines',
    read: plainText,
  },
  store: {
    value: 'DIR|URL',
    env: 'COLDLENS_STORE',
    config: 'store',
    help: 'keep the samples in the embedded ClickHouse of a data directory, or in a server',
    read: directoryOrUrl,
  },
} as const satisfies OptionTable;
