/** What a function's versions took to start when they were uploaded: starts that no invocation waited for. */
import type { Upload } from '../model/ranking.ts';
import type { Connection } from './connection.ts';
import { functionIdentity } from './schema/005-sealed-periods.ts';

const mostUploads = 20;

/** A version that was told of again counts once, as it was told first: what says no time has that of its arrival. */
const versions = (where: string): string => `
SELECT ${functionIdentity.join(', ')}, instance_id AS version,
  toUnixTimestamp64Milli(min(started_at)) AS at_ms, argMin(instance_starts.init_ns, started_at) AS init_ns
FROM instance_starts
WHERE moment = 'uploaded' AND ${where}
GROUP BY ${functionIdentity.join(', ')}, instance_id`;

const ofFunction = `
${versions(functionIdentity.map((column) => `${column} = {${column}:String}`).join(' AND '))}
ORDER BY at_ms DESC, version DESC
LIMIT ${mostUploads}`;

const latest = `
${versions('function_name IN {function_names:Array(String)}')}
ORDER BY at_ms DESC, version DESC
LIMIT 1 BY ${functionIdentity.join(', ')}`;

type Identity = Record<(typeof functionIdentity)[number], string>;

interface Row extends Identity {
  version: string;
  at_ms: string;
  init_ns: string;
}

const uploadOf = ({ version, at_ms: atMs, init_ns: initNs }: Row): Upload => ({
  at: new Date(Number(atMs)).toISOString(),
  version,
  startupMs: Number(initNs) / 1e6,
});

/** @param identity as parameters of the statement */
export const uploadsOf = async (connection: Connection, identity: Record<string, string>): Promise<Upload[]> =>
  (await connection.select<Row>(ofFunction, identity)).map(uploadOf);

const keyOf = (identity: Identity): string => JSON.stringify(functionIdentity.map((column) => identity[column]));

/** Only the provider that tells is asked for: to all others it costs nothing. */
export const latestUploads = async (
  connection: Connection,
  functions: readonly Identity[],
): Promise<(of: Identity) => Upload | null> => {
  const names = functions.filter(({ provider }) => provider === 'cloudflare').map((one) => one.function_name);
  if (names.length === 0) return () => null;
  const rows = await connection.select<Row>(latest, { function_names: [...new Set(names)] });
  const known = new Map(rows.map((row) => [keyOf(row), uploadOf(row)]));
  return (of) => known.get(keyOf(of)) ?? null;
};
