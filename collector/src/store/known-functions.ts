/** The functions that are stored, for the collector to know them when it starts again. */
import type { FunctionIdentity } from '../model/function-page.ts';
import { overflowName } from '../model/span.ts';
import type { Connection } from './connection.ts';

/** A function that has not run for so long is new when it does. */
const daysBack = 35;

/** Those that ran on the most days first. */
const statement = `
SELECT provider, account, region, function_name AS name
FROM (
  SELECT provider, account, region, function_name FROM function_days WHERE day >= today() - ${daysBack}
  UNION ALL
  SELECT DISTINCT provider, account, region, function_name FROM invocation_parts WHERE slot >= now() - INTERVAL 2 DAY)
WHERE name != {overflow:String}
GROUP BY provider, account, region, name
ORDER BY count() DESC
LIMIT {limit:UInt32}`;

export const knownFunctions = (connection: Connection, limit: number): Promise<FunctionIdentity[]> =>
  connection.select<FunctionIdentity>(statement, { overflow: overflowName, limit });
