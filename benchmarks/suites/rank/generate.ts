/** Invocations by the million, made by the engine itself: the parts that an agent would have sent. */
import { command } from './engine.ts';

export interface Day {
  beginMs: number;
  endMs: number;
  invocations: number;
  functions: number;
}

/** Each statement makes one of so many stretches of the day, in memory that a small machine has. */
const stretches = 8;

/** Busy functions are many times as busy as quiet ones; 3 % are cold; instances live for two hours. */
const statement = (fromMs: number, toMs: number, { invocations, functions }: Day): string => `
INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, trace_id, start_kind,
  start_certainty, agent_runtime_start_ns, agent_init_ns, agent_execution_ns, agent_billed_ms, error, trigger, memory_mb,
  arch, runtime, function_version, instance_id)
SELECT toStartOfHour(at), 'aws', '123456789012', ['us-east-1', 'eu-central-1', 'eu-west-1'][1 + fn % 3],
  concat('function-', leftPad(toString(fn), 5, '0')), generateUUIDv4(), at,
  if(is_cold, lower(hex(reinterpretAsFixedString(generateUUIDv4(1)))), NULL), if(is_cold, 'cold', 'warm'), 'certain',
  if(is_cold, 40000000 + rand(3) % 10000000, NULL) AS runtime_start,
  if(is_cold, 50000000 + (fn % 50) * 20000000 + rand(4) % 60000000, NULL) AS init,
  2000000 + toUInt64(1000000 * pow(2, (rand(5) % 1000) / 125)) AS execution,
  intDiv(execution + ifNull(runtime_start + init, 0) + 999999, 1000000), rand(6) % 500 = 0,
  ['http', 'pubsub', 'timer', 'datasource'][1 + fn % 4], [128, 256, 512, 1024, 2048][1 + fn % 5],
  if(fn % 3 = 0, 'arm64', 'x86_64'), ['nodejs24.x', 'python3.13', 'java25'][1 + fn % 3],
  toString(1 + intDiv(toDayOfMonth(at), 7)),
  concat(formatDateTime(at, '%Y/%m/%d'), '/[$LATEST]', hex(cityHash64(fn, intDiv(toUnixTimestamp(at), 7200), rand(7) % 3)))
FROM (
  SELECT toUInt32(${functions} * pow((rand(1) % 1000000) / 1000000, 2)) AS fn, rand(2) % 100 < 3 AS is_cold,
    fromUnixTimestamp64Milli(toInt64(${fromMs} + rand64(8) % ${Math.max(1, toMs - fromMs)}), 'UTC') AS at
  FROM numbers(${Math.round(invocations / stretches)}))
SETTINGS max_partitions_per_insert_block = 0, max_insert_block_size = 1000000, min_insert_block_size_rows = 1000000`;

/** What the cold starts of the day loaded: of each function the same five of a few hundred packages. */
const packages = (date: string): string => `
INSERT INTO package_costs (day, provider, account, region, function_name, package_name, invocation_key, seen_at,
  package_version, self_ns, total_ns, modules, bytes, imported_by)
SELECT toDate(started_at), provider, account, region, function_name, package, invocation_key, started_at, '3.1.0',
  intDiv(agent_init_ns, 20), intDiv(agent_init_ns, 2 + place), 20, 200000, 'src/handler.ts:3'
FROM invocation_parts
ARRAY JOIN arrayMap(n -> concat('package-', toString((cityHash64(function_name) + n * n * 7) % 300)), range(5)) AS package, range(5) AS place
WHERE slot >= toDateTime('${date} 00:00:00', 'UTC') AND slot < toDateTime('${date} 00:00:00', 'UTC') + INTERVAL 1 DAY AND start_kind = 'cold'`;

/** As the table keeps them. */
const packageDays = 14;

export const generateDay = async (url: string, day: Day): Promise<void> => {
  const stepMs = (day.endMs - day.beginMs) / stretches;
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const fromMs = Math.round(day.beginMs + stretch * stepMs);
    await command(url, statement(fromMs, Math.round(fromMs + stepMs), day));
  }
  const isKept = Date.now() - day.beginMs < packageDays * 86_400_000;
  if (isKept) await command(url, packages(new Date(day.beginMs).toISOString().slice(0, 10)));
};
