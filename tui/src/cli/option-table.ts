/**
 * Every option of the commands that deal with stored invocations, once. Commands pick from here, so one word means the
 * same everywhere; those of `why` and `bench` are in `@coldlens/benchmarks`.
 */
import {
  chosenFrom,
  httpUrl,
  isOn,
  type OptionTable,
  plainText,
  type Read,
  wholeNumber,
} from '@coldlens/benchmarks/cli';
import { runtimeClientNames } from '@coldlens/benchmarks/runtime-client';
import { billParameters, gateways, rankingParameters } from '@coldlens/collector';
import { themeNames } from '../format/theme.ts';
import { columnIds } from '../screens/columns.ts';
import { liveSinceMs } from '../screens/live/since.ts';
import { sortKeys } from '../state/sorts.ts';
import { collectOptions } from './collect-options.ts';
import { asAsked, moment, pace, secret, within } from './readers.ts';

/** Forms of a printed ranking. */
export const rankingFormats = ['table', 'json', 'csv', 'markdown'] as const;
export type RankingFormat = (typeof rankingFormats)[number];

/** Most functions of a ranking: what somebody reads from a page, and what the dashboard adds up over and looks through. */
export const printedLimit = 100;
export const watchedLimit = 1_000;

/** What a ranking is narrowed to, as the read API has it. */
const narrowing = <T>(value: string, parameter: { description: string; read: Read<T> }) => ({
  value,
  help: parameter.description,
  read: asAsked(parameter),
});

export const optionTable = {
  ...collectOptions,
  token: {
    value: 'TOKEN',
    env: 'COLDLENS_TOKEN',
    help: 'token for the collector of --url; other users of this machine may see it for a moment, but not the variable',
    group: 'token',
    isSecret: true,
    read: secret,
  },
  'token-file': {
    value: 'FILE',
    env: 'COLDLENS_TOKEN_FILE',
    config: 'tokenFile',
    help: 'file that holds the token for the collector of --url',
    group: 'token',
    read: plainText,
  },
  data: {
    value: 'DIR',
    env: 'COLDLENS_DATA',
    config: 'data',
    default: './.coldlens',
    help: 'data directory of the embedded ClickHouse',
    group: 'store',
    read: plainText,
  },
  clickhouse: {
    value: 'URL',
    env: 'COLDLENS_CLICKHOUSE',
    config: 'clickhouse',
    help: 'a ClickHouse server to use instead of the embedded one',
    group: 'store',
    read: httpUrl,
  },
  url: {
    value: 'COLLECTOR',
    env: 'COLDLENS_URL',
    config: 'url',
    help: 'a running collector to ask instead of a database',
    group: 'store',
    read: httpUrl,
  },
  prices: {
    value: 'FILE',
    env: 'COLDLENS_PRICES',
    config: 'prices',
    help: 'price file, as coldlens prices update makes it; prices.json in the data directory unless told otherwise',
    read: plainText,
  },
  from: { value: 'FILE', help: "a provider's own price list, to update the price file from", read: plainText },
  client: {
    value: 'NAME',
    env: 'COLDLENS_CLIENT',
    config: 'client',
    help: `what runs the functions: ${runtimeClientNames.join(', ')}; the first that is there, unless told otherwise`,
    read: chosenFrom(runtimeClientNames),
  },
  once: { help: 'print once and exit', read: isOn },
  format: {
    value: 'FORM',
    env: 'COLDLENS_FORMAT',
    config: 'format',
    help: `form of what is printed: ${rankingFormats.join(', ')}; default table, but json where demo has no terminal`,
    shorthand: { flag: 'json', means: 'json' },
    read: chosenFrom(rankingFormats),
  },
  json: { help: 'print JSON', read: isOn },
  function: { value: 'NAME', help: 'the function of the invocation', read: plainText },
  at: {
    value: 'TIME',
    help: 'when the invocation began, within an hour, such as 2026-11-22T09:30:00Z; else the latest cold starts are searched',
    read: moment,
  },
  every: {
    value: 'TIME',
    env: 'COLDLENS_EVERY',
    config: 'every',
    default: '1s',
    help: 'how often the live ranking is asked for, 100ms to 1h; less often where an answer takes much of the processor',
    read: pace,
  },
  theme: {
    value: 'NAME',
    env: 'COLDLENS_THEME',
    config: 'theme',
    default: 'auto',
    personal: true,
    help: `colours of the dashboard: ${themeNames.join(', ')}`,
    read: chosenFrom(themeNames),
  },
  columns: {
    value: 'NAMES',
    env: 'COLDLENS_COLUMNS',
    config: 'columns',
    many: true,
    personal: true,
    help: `columns of the ranking on the screen and in tables, in this order, as many as fit: ${columnIds.join(', ')}`,
    read: chosenFrom(columnIds),
  },
  mouse: {
    env: 'COLDLENS_MOUSE',
    config: 'mouse',
    personal: true,
    help: 'the wheel moves, a click selects, another one opens; hold Shift to mark text',
    read: isOn,
  },
  'screen-reader': {
    env: 'COLDLENS_SCREEN_READER',
    config: 'screenReader',
    personal: true,
    help: 'the dashboard in plain lines, one after the other: what is selected, and what has changed',
    read: isOn,
  },
  sort: {
    value: 'KEY',
    env: 'COLDLENS_SORT',
    config: 'sort',
    default: 'cold-p99',
    personal: true,
    help: `largest first, names from a to z, by: ${sortKeys.join(', ')}`,
    read: chosenFrom(sortKeys),
  },
  since: {
    value: 'TIME',
    env: 'COLDLENS_SINCE',
    config: 'since',
    default: '24h',
    help: 'how far back to look, such as 90m, 24h, 7d',
    read: asAsked(rankingParameters.since),
  },
  arrivals: {
    value: 'TIME',
    default: '10m',
    help: 'how long ago what is shown first may have arrived, 10m at most',
    read: within(rankingParameters.since, liveSinceMs),
  },
  runs: {
    value: 'TIME',
    default: '90d',
    help: 'how far back to look, such as 7d',
    read: asAsked(rankingParameters.since),
  },
  filter: {
    value: 'TEXT',
    help: 'only functions whose name contains TEXT',
    read: asAsked(rankingParameters.filter),
  },
  provider: narrowing('NAME', rankingParameters.provider),
  account: narrowing('ID', rankingParameters.account),
  region: narrowing('NAME', rankingParameters.region),
  runtime: narrowing('NAME', rankingParameters.runtime),
  version: narrowing('TEXT', rankingParameters.version),
  memory: narrowing('MB', rankingParameters.memoryMb),
  trigger: narrowing('NAME', rankingParameters.trigger),
  compare: {
    help: 'tell the change of cold p50 to the window before too; in brackets what may be noise',
    read: isOn,
  },
  month: {
    value: 'TIME',
    default: '30d',
    help: 'how far back to look; quantities of another window than 30d are scaled to 30 days',
    read: asAsked(billParameters.since),
  },
  'free-tier': { help: "take each provider's monthly free tier off", read: isOn },
  'api-gateway': {
    value: 'KIND',
    help: `also an API Gateway in front of every AWS invocation by HTTP: ${gateways.join(', ')}`,
    read: chosenFrom(gateways),
  },
  limit: {
    value: 'N',
    env: 'COLDLENS_LIMIT',
    config: 'limit',
    help: `most functions to show, 1 to 10000; ${printedLimit} in what is printed and ${watchedLimit} on the dashboard unless told otherwise`,
    read: wholeNumber(1, 10_000),
  },
} as const satisfies OptionTable;

/** How the dashboard looks and behaves: what a person wishes for once and for all. */
export const dashboardOptions = ['sort', 'columns', 'theme', 'mouse', 'screen-reader'] as const;

/** Where a command that only asks finds its data, and what it is let in and priced by there. */
export const sourceOptions = ['data', 'clickhouse', 'url', 'token', 'token-file', 'prices'] as const;
