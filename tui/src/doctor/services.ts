/** What answers over the network: the collector's port, and a ClickHouse server. */
import { createServer } from 'node:net';
import { printableUrl } from '../commands/store.ts';
import { type CheckContext, type Finding, fail, ok, warn } from './check.ts';

const patienceMs = 3000;
/** Longest answer that is looked at; a collector's metrics are some 20 KB. */
const maxLength = 1_000_000;

export type Answer =
  | { state: 'answered'; status: number; text: string; headers: Headers }
  | { state: 'silent'; reason: string };

/** One GET, bounded in time. Credentials in the address are sent as Basic authorization, which fetch would refuse. */
export async function fetchText(address: string, token?: string): Promise<Answer> {
  const url = new URL(address);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (url.username !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(patienceMs) });
    const text = (await response.text()).slice(0, maxLength);
    return { state: 'answered', status: response.status, text, headers: response.headers };
  } catch (error) {
    // fetch says only "fetch failed"; the cause says why.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { state: 'silent', reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Free, or held by a collector of ours. */
export async function checkPort({ port }: CheckContext): Promise<Finding> {
  if (port === 0) return ok('a free port will be taken');
  if (await canListen(port)) return ok(`127.0.0.1:${port} is free`);
  const health = await fetchText(`http://127.0.0.1:${port}/healthz`);
  if (health.state === 'answered' && health.status === 200)
    return ok(`127.0.0.1:${port} is held by a running collector; --url http://127.0.0.1:${port} looks at how it fares`);
  return fail(`127.0.0.1:${port} is used by another program`, 'end that program, or choose another port with --port');
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => done(true)));
  });

/** Asked only when a server was named. */
export async function checkClickHouse({ clickhouse }: CheckContext): Promise<Finding | undefined> {
  if (clickhouse === undefined) return undefined;
  const shown = printableUrl(clickhouse);
  const ping = new URL(clickhouse);
  ping.pathname = `${ping.pathname.replace(/\/$/, '')}/ping`;
  const answer = await fetchText(ping.href);
  if (answer.state === 'silent')
    return fail(`${shown} does not answer: ${answer.reason}`, 'start it, or mend --clickhouse');
  if (answer.status === 200 && answer.text.startsWith('Ok.')) return ok(`${shown} answers`);
  return warn(
    `${shown} answers with status ${answer.status}, not as ClickHouse does`,
    'check the address of --clickhouse',
  );
}
