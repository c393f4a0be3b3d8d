/** Each step of the schema, on what the version before it has written: whoever asks afterwards finds all of it. */
import assert from 'node:assert/strict';
import { openStore } from '#collector/index.js';
import { Connection } from '#collector/store/connection.js';
import { layoutOf } from '#collector/store/layout.js';
import { migrate } from '#collector/store/migrate.js';
import { invocationKey } from '#collector/store/rows.js';
import { migrations } from '#collector/store/schema/index.js';
import { parseTarget } from '#collector/store/target.js';
import { ask, collectorForAllTests, urlWithLogin } from '../support/collector.ts';

const hourMs = 3_600_000;
const uuid = 'f3c2a1b0-1234-4abc-8def-0123456789ab';
const otherId = 'no-uuid';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const startMs = Date.now() - 3 * hourMs;
const startS = startMs / 1_000;

/** Two cold starts of a function, as versions 1 to 4 stored them. */
const invocations = (name: string, more: Readonly<Record<string, string>> = {}): string => `
INSERT INTO invocations (day, provider, account, region, function_name, invocation_id, seen_at, started_at, trace_id, start_kind,
  agent_runtime_start_ns, agent_init_ns, agent_execution_ns, agent_billed_ms, memory_mb, arch${Object.keys(more)
    .map((column) => `, ${column}`)
    .join('')})
SELECT toDate(toDateTime64(${startS}, 3, 'UTC')), 'aws', '1', 'us-east-1', '${name}', id, toDateTime64(${startS}, 3, 'UTC'), toDateTime64(${startS}, 3, 'UTC'), '${traceId}', 'cold',
  40000000, 100000000, 9000000, 149, 512, 'arm64'${Object.values(more)
    .map((value) => `, ${value}`)
    .join('')}
FROM (SELECT arrayJoin(['${uuid}', '${otherId}']) AS id)`;

interface Version {
  /** What it writes into tables that the version before did not have, or fills otherwise. */
  writes: readonly string[];
  /** What the ranking says of its function `v1`, `v2`, ... for ever after. */
  ranked: { invocations: number; p50Ms: number; seen: string | null };
}

/** Each function is one of a single version, so that rows of all versions lie side by side. */
const versions: Readonly<Record<number, Version>> = {
  1: {
    writes: [
      `INSERT INTO spans (day, function_name, started_at, trace_id, span_id, name, kind, duration_ns, status_code)
       SELECT toDate(toDateTime64(${startS}, 3, 'UTC')), 'v1', toDateTime64(${startS}, 3, 'UTC'), '${traceId}', 'b7ad6b7169203331', 'v1', 2, 149000000, 0`,
      invocations('v1'),
    ],
    ranked: { invocations: 2, p50Ms: 149, seen: null },
  },
  2: {
    writes: [invocations('v2', { modules_seen: "'complete'", modules_hint: "''" })],
    ranked: { invocations: 2, p50Ms: 149, seen: 'complete' },
  },
  3: {
    writes: [
      invocations('v3'),
      `INSERT INTO bench_samples (day, function_name, measured_at, run_id, sample, cold_ns) SELECT today(), 'v3', now64(3), 'run', number, 1 FROM numbers(5)`,
    ],
    ranked: { invocations: 2, p50Ms: 149, seen: null },
  },
  4: {
    writes: [
      // The platform waited longer for the init than the agent saw, and each stands for three.
      invocations('v4', {
        weight_ppm: '3000000',
        platform_start_kind: "'cold'",
        platform_reported_init_ns: '200000000',
      }),
      `INSERT INTO instance_starts (day, function_name, started_at, init_ns) SELECT today(), 'v4', now64(9), 1`,
    ],
    ranked: { invocations: 6, p50Ms: 209, seen: null },
  },
  5: {
    writes: [
      `INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, start_kind, agent_init_ns, agent_execution_ns)
       SELECT toStartOfHour(toDateTime(${Math.floor(startS)}, 'UTC')), 'aws', '1', 'us-east-1', 'v5', generateUUIDv4(), toDateTime64(${startS}, 3, 'UTC'), 'cold', 70000000, 5000000 FROM numbers(4)`,
    ],
    ranked: { invocations: 4, p50Ms: 75, seen: null },
  },
  6: {
    writes: [
      `INSERT INTO package_costs (day, provider, account, region, function_name, package_name, invocation_key, seen_at) SELECT today(), 'aws', '1', 'us-east-1', 'v6', 'pkg', generateUUIDv4(), now64(3)`,
      `INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, start_kind, agent_init_ns, agent_execution_ns)
       SELECT toStartOfHour(toDateTime(${Math.floor(startS)}, 'UTC')), 'aws', '1', 'us-east-1', 'v6', generateUUIDv4(), toDateTime64(${startS}, 3, 'UTC'), 'cold', 80000000, 5000000 FROM numbers(3)`,
    ],
    ranked: { invocations: 3, p50Ms: 85, seen: null },
  },
  7: {
    writes: [
      `INSERT INTO instance_starts (day, function_name, started_at, init_ns) SELECT today(), 'v7', now64(9), 1`,
      `INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, platform_start_kind, platform_reported_init_ns, platform_duration_ns)
       SELECT toStartOfHour(toDateTime(${Math.floor(startS)}, 'UTC')), 'aws', '1', 'us-east-1', 'v7', generateUUIDv4(), toDateTime64(${startS}, 3, 'UTC'), 'cold', 90000000, 5000000 FROM numbers(2)`,
    ],
    ranked: { invocations: 2, p50Ms: 95, seen: null },
  },
  8: {
    writes: [
      `INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, platform_start_kind, platform_is_certain, otel_init_ns, platform_duration_ns)
       SELECT toStartOfHour(toDateTime(${Math.floor(startS)}, 'UTC')), 'aws', '1', 'us-east-1', 'v8', generateUUIDv4(), toDateTime64(${startS}, 3, 'UTC'), 'cold', 0, 60000000, 5000000 FROM numbers(2)`,
    ],
    ranked: { invocations: 2, p50Ms: 65, seen: null },
  },
  9: {
    writes: [
      `INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, arrived_at, start_kind, start_certainty, agent_init_ns, agent_execution_ns)
       SELECT toStartOfHour(toDateTime(${Math.floor(startS)}, 'UTC')), 'aws', '1', 'us-east-1', 'v9', generateUUIDv4(), toDateTime64(${startS}, 3, 'UTC'), now64(3), 'cold', 'inferred', 50000000, 5000000 FROM numbers(2)`,
    ],
    ranked: { invocations: 2, p50Ms: 55, seen: null },
  },
  10: {
    writes: [
      `INSERT INTO invocation_parts (slot, provider, account, region, function_name, invocation_key, started_at, start_kind, start_certainty, agent_init_ns, agent_execution_ns)
       SELECT toStartOfHour(toDateTime(${Math.floor(startS)}, 'UTC')), 'aws', '1', 'us-east-1', 'v10', generateUUIDv4(), toDateTime64(${startS}, 3, 'UTC'), 'cold', 'inferred', 40000000, 5000000 FROM numbers(2)`,
      // As that version sealed it.
      `INSERT INTO open_cold_starts (day, function_id, provider, account, region, function_name, at, kind, latency_ns, certainty)
       SELECT today(), 1, 'aws', '1', 'us-east-1', 'elsewhere', now64(3), 'cold', 1, 'inferred'`,
    ],
    ranked: { invocations: 2, p50Ms: 45, seen: null },
  },
};

describe('a database of an earlier version', () => {
  const running = collectorForAllTests();

  for (const { version, name } of migrations.slice(1)) {
    it(`keeps what it holds through step ${version}, ${name}`, async () => {
      const database = `before_${version}`;
      const { url } = running.store.engine;
      await ask(url, `CREATE DATABASE ${database}`, 'default');
      const target = `${await urlWithLogin(url)}/${database}`;
      const connection = new Connection(parseTarget(target));
      try {
        for (let made = 1; made < version; made += 1) {
          await migrate(connection, layoutOf(database, 'plain', null), migrations.slice(0, made));
          const { writes } = versions[made] ?? assert.fail(`what version ${made} writes is missing here`);
          for (const statement of writes) await connection.command(statement);
        }
      } finally {
        await connection.close();
      }

      const store = await openStore({ clickhouse: target });
      try {
        await store.seal();
        const { functions } = await store.ranking({ sinceMs: 24 * hourMs, sort: 'cost', limit: 10 });
        const found = functions.map(({ name: each, invocations: count, cold, modules }) => [
          each,
          { invocations: count, p50Ms: cold.p50Ms, seen: modules.seen },
        ]);
        const written = Object.entries(versions).filter(([made]) => Number(made) < version);
        assert.deepEqual(
          Object.fromEntries(found),
          Object.fromEntries(written.map(([made, { ranked }]) => [`v${made}`, ranked])),
        );
        const identity = { provider: 'aws', account: '1', region: 'us-east-1', name: 'v1' };
        for (const invocationId of [uuid, otherId]) {
          const page = await store.invocationPage({ ...identity, invocationId, atMs: startMs });
          assert.deepEqual([page?.latencyMs, page?.spans.length], [149, 1]);
        }
        const keys = `SELECT toString(invocation_key) AS key, invocation_id AS id FROM invocation_parts WHERE function_name = 'v1' ORDER BY id NULLS LAST`;
        assert.deepEqual(await ask(url, keys, database), [
          { key: invocationKey(otherId), id: otherId },
          { key: invocationKey(uuid), id: null },
        ]);
        const samples = await ask(url, 'SELECT toUInt32(count()) AS n FROM bench_samples', database);
        assert.deepEqual(samples, [{ n: version > 3 ? 5 : 0 }]);
        const steps = await ask(url, 'SELECT DISTINCT version FROM schema_migrations ORDER BY version', database);
        assert.deepEqual(
          steps,
          migrations.map((step) => ({ version: step.version })),
        );
      } finally {
        await store.close();
      }
    });
  }
});
