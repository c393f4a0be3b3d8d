/**
 * Who may log in to an embedded server, and what they may do there. Each start has passwords of its own, which stand in
 * `server.json` for whoever runs as the same user, and nowhere else.
 *
 *   The engine's own session logs in as `default`, without a password and from 127.0.0.1. Requests that do not carry one of the
 *   two logins below find no handler at all, so nobody else can be `default`: neither another user of this machine nor
 *   a page in a browser.
 */
import { randomBytes } from 'node:crypto';

export interface Login {
  username: string;
  password: string;
}

export interface Logins {
  /** Makes tables and fills them. */
  collector: Login;
  /** Asks. */
  reader: Login;
}

const newPassword = (): string => randomBytes(32).toString('base64url');

export const newLogins = (): Logins => ({
  collector: { username: 'coldlens', password: newPassword() },
  reader: { username: 'coldlens_reader', password: newPassword() },
});

/** As HTTP sends it. */
export const basic = ({ username, password }: Login): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Of our tables, and what a migration may need one day; none of them reads or writes elsewhere. */
const tableEngines = [
  'MergeTree',
  'AggregatingMergeTree',
  'CoalescingMergeTree',
  'CollapsingMergeTree',
  'ReplacingMergeTree',
  'SummingMergeTree',
  'VersionedCollapsingMergeTree',
  'Memory',
  'Null',
] as const;

/** Nothing here reaches a URL, a file or another server: those are privileges of their own. */
const grantsOf = {
  collector: [
    'SELECT, INSERT, ALTER, SHOW, OPTIMIZE, TRUNCATE ON *.*',
    'CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP ON *.*',
    'CREATE TEMPORARY TABLE, CREATE ARBITRARY TEMPORARY TABLE ON *.*',
    ...tableEngines.map((engine) => `TABLE ENGINE ON ${engine}`),
    'KILL QUERY, SYSTEM FLUSH, SYSTEM MERGES ON *.*',
  ],
  reader: ['SELECT ON coldlens.*'],
  // What starts the server and keeps it up; see child.ts.
  engine: ['SYSTEM ON *.*', 'READ ON FILE', 'CREATE TEMPORARY TABLE ON *.*'],
} as const;

/** 2 = may change settings of a query, such as how long it may take, and nothing else. */
const profiles = '<default/><reader><readonly>2</readonly></reader>';

const user = (name: string, password: string, profile: string, grants: readonly string[]): string =>
  `<${name}><password>${password}</password><networks><ip>127.0.0.1</ip></networks><profile>${profile}</profile>` +
  `<quota>default</quota><grants>${grants.map((grant) => `<query>GRANT ${grant}</query>`).join('')}</grants></${name}>`;

const handler = (login: Login): string =>
  `<rule><headers><Authorization>${basic(login)}</Authorization></headers>` +
  '<handler><type>dynamic_query_handler</type><query_param_name>query</query_param_name></handler></rule>';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * The engine's configuration.
 * @param file where it will lie: it names itself
 */
export const configurationOf = ({ collector, reader }: Logins, file: string): string => `<clickhouse>
<users_config>${file.replace(/[&<>]/g, (character) => escapes[character] ?? '')}</users_config>
<http_handlers>
<rule><url>/ping</url><handler><type>ping</type></handler></rule>
${handler(collector)}
${handler(reader)}
</http_handlers>
<profiles>${profiles}</profiles>
<quotas><default/></quotas>
<users>
${user('default', '', 'default', grantsOf.engine)}
${user(collector.username, collector.password, 'default', grantsOf.collector)}
${user(reader.username, reader.password, 'reader', grantsOf.reader)}
</users>
</clickhouse>
`;
