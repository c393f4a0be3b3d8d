/**
 * Every option of the commands that deal with stored invocations, once. Commands pick from here, so one word means the
 * same everywhere; those of `why` and `bench` are in `@coldlens/benchmarks`.
 */
import { runtimeClientNames } from '@coldlens/benchmarks';
import {
  chosenFrom,
  httpUrl,
  isOn,
  type OptionTable,
  plainText,
  type Read,
  wholeNumber,
} from '@coldlens/benchmarks/cli';
import {
  billParameters,
  gateways,
  logFormats,
  logLevels,
  rankingParameters,
  rankingSorts,
  retainedNames,
  usualDays,
} from '@coldlens/collector';
import { asAsked, loopbackHost, retention } from './readers.ts';

/** Forms of a printed ranking. */
export const rankingFormats = ['table', 'json', 'csv', 'markdown'] as const;
export type RankingFormat = (typeof rankingFormats)[number];

/** What a ranking is narrowed to, as the read API has it. */
const narrowing = <T>(value: string, parameter: { description: string; read: Read<T> }) => ({
  value,
  help: parameter.description,
  read: asAsked(parameter),
});

export const optionTable = {
  host: {
    value: 'HOST',
    env: 'COLDLENS_HOST',
    config: 'host',
    default: '127.0.0.1',
    help: 'address to listen on; loopback only',
    read: loopbackHost,
  },
  port: {
    value: 'PORT',
    env: 'COLDLENS_PORT',
    config: 'port',
    default: '4318',
    help: 'port of the collector; 0 takes a free one',
    read: wholeNumber(0, 65_535),
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
  cluster: {
    value: 'NAME',
    env: 'COLDLENS_CLUSTER',
    config: 'cluster',
    help: "a cluster that the server of --clickhouse knows by this name: each function's rows lie on one of its shards",
    read: plainText,
  },
  retention: {
    value: 'NAME=DAYS',
    env: 'COLDLENS_RETENTION',
    config: 'retention',
    many: true,
    help: `how long rows are kept, where it is not to stay as it is; usual are ${retainedNames.map((name) => `${name}=${usualDays(name)}`).join(', ')}`,
    read: retention,
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
  'log-format': {
    value: 'FORM',
    env: 'COLDLENS_LOG_FORMAT',
    config: 'logFormat',
    default: 'text',
    help: `how the collector's log is written to stderr: ${logFormats.join(', ')} (one object a line)`,
    read: chosenFrom(logFormats),
  },
  'log-level': {
    value: 'LEVEL',
    env: 'COLDLENS_LOG_LEVEL',
    config: 'logLevel',
    default: 'info',
    help: `the least that is logged: ${logLevels.join(', ')}`,
    read: chosenFrom(logLevels),
  },
  from: { value: 'FILE', help: "a provider's own price list, to update the price file from", read: plainText },
  client: {
    value: 'NAME',
    env: 'COLDLENS_CLIENT',
    config: 'client',
    help: `what runs the functions: ${runtimeClientNames.join(', ')}; the first that is there, unless told otherwise`,
    read: chosenFrom(runtimeClientNames),
  },
  once: { help: 'print one ranking and exit', read: isOn },
  format: {
    value: 'FORM',
    env: 'COLDLENS_FORMAT',
    config: 'format',
    help: `form of the printed ranking: ${rankingFormats.join(', ')}; default table, but json where demo has no terminal`,
    shorthand: { flag: 'json', means: 'json' },
    read: chosenFrom(rankingFormats),
  },
  json: { help: 'print JSON', read: isOn },
  sort: {
    value: 'KEY',
    env: 'COLDLENS_SORT',
    config: 'sort',
    default: 'cold-p99',
    help: `largest first by: ${rankingSorts.join(', ')}`,
    read: chosenFrom(rankingSorts),
  },
  since: {
    value: 'TIME',
    env: 'COLDLENS_SINCE',
    config: 'since',
    default: '24h',
    help: 'how far back to look, such as 90m, 24h, 7d',
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
    default: '100',
    help: 'most functions to show, 1 to 10000',
    read: wholeNumber(1, 10_000),
  },
} as const satisfies OptionTable;
