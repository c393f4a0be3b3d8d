/**
 * Every option of every command, once: its flag, environment variable, configuration key, default, bounds and help.
 * Commands pick from here, so one word means the same everywhere.
 */
import { runtimeClientNames } from '@coldlens/benchmarks';
import { rankingSorts } from '@coldlens/collector';
import { chosenFrom, duration, httpUrl, loopbackHost, plainText, type Read, wholeNumber } from './readers.ts';

export interface OptionSpec<T> {
  /** Placeholder in the help; absent for a switch. */
  value?: string;
  /** Environment variable; absent for what belongs to one call only. */
  env?: string;
  /** Key in `coldlens.config.json`; absent for what belongs to one call only. */
  config?: string;
  /** As a person would write it; absent = the value may be missing. */
  default?: string;
  help: string;
  /** A switch that means one value of this option. */
  shorthand?: { flag: string; means: string };
  /** Of the options in one group only one can be given. */
  group?: 'store';
  /** @throws {@link Trouble} with exit code 2 when the text is not allowed. */
  read: Read<T>;
}

const spec = <T>(options: OptionSpec<T>): OptionSpec<T> => options;

/** Forms of a printed ranking. */
export const rankingFormats = ['table', 'json', 'csv', 'markdown'] as const;
export type RankingFormat = (typeof rankingFormats)[number];

export const optionTable = {
  host: spec({
    value: 'HOST',
    env: 'COLDLENS_HOST',
    config: 'host',
    default: '127.0.0.1',
    help: 'address to listen on; loopback only',
    read: loopbackHost,
  }),
  port: spec({
    value: 'PORT',
    env: 'COLDLENS_PORT',
    config: 'port',
    default: '4318',
    help: 'port of the collector; 0 takes a free one',
    read: wholeNumber(0, 65_535),
  }),
  data: spec({
    value: 'DIR',
    env: 'COLDLENS_DATA',
    config: 'data',
    default: './.coldlens',
    help: 'data directory of the embedded ClickHouse',
    group: 'store',
    read: plainText,
  }),
  clickhouse: spec({
    value: 'URL',
    env: 'COLDLENS_CLICKHOUSE',
    config: 'clickhouse',
    help: 'a ClickHouse server to use instead of the embedded one',
    group: 'store',
    read: httpUrl,
  }),
  url: spec({
    value: 'COLLECTOR',
    env: 'COLDLENS_URL',
    config: 'url',
    help: 'a running collector to ask instead of a database',
    group: 'store',
    read: httpUrl,
  }),
  client: spec({
    value: 'NAME',
    env: 'COLDLENS_CLIENT',
    config: 'client',
    help: `what runs the functions: ${runtimeClientNames.join(', ')}; the first that is there, unless told otherwise`,
    read: chosenFrom(runtimeClientNames),
  }),
  once: spec({ help: 'print one ranking and exit', read: () => true }),
  format: spec({
    value: 'FORM',
    env: 'COLDLENS_FORMAT',
    config: 'format',
    help: `form of the printed ranking: ${rankingFormats.join(', ')}; default table, but json where demo has no terminal`,
    shorthand: { flag: 'json', means: 'json' },
    read: chosenFrom(rankingFormats),
  }),
  json: spec({ help: 'print JSON', read: () => true }),
  sort: spec({
    value: 'KEY',
    env: 'COLDLENS_SORT',
    config: 'sort',
    default: 'cold-p99',
    help: `largest first by: ${rankingSorts.join(', ')}`,
    read: chosenFrom(rankingSorts),
  }),
  since: spec({
    value: 'TIME',
    env: 'COLDLENS_SINCE',
    config: 'since',
    default: '24h',
    help: 'how far back to look, such as 90m, 24h, 7d',
    read: duration,
  }),
  filter: spec({ value: 'TEXT', help: 'only functions whose name contains TEXT', read: plainText }),
  limit: spec({
    value: 'N',
    env: 'COLDLENS_LIMIT',
    config: 'limit',
    default: '100',
    help: 'most functions to show, 1 to 10000',
    read: wholeNumber(1, 10_000),
  }),
} as const;

export type OptionName = keyof typeof optionTable;
export const optionNames = Object.keys(optionTable) as OptionName[];

type ValueOf<Name extends OptionName> = ReturnType<(typeof optionTable)[Name]['read']>;

/** What a command that picked `Name`s is given. Options without a default may be missing. */
export type Values<Name extends OptionName> = { [K in Name]: ValueOf<K> | undefined };

/** The table as the machinery reads it. */
export const specOf = (name: OptionName): OptionSpec<unknown> => optionTable[name];
