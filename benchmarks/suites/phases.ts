/**
 * Are the phases true? Every example function of Lambda is started cold in interleaved rounds. What its agent reports, after the
 * way through the collector and ClickHouse, is held against the same starts timed from outside.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type RankedFunction, startCollector } from '@coldlens/collector';
import { lambdaExamples as examples, type LambdaExample } from '../src/examples.ts';
import { machine } from '../src/machine.ts';
import { LambdaInstance } from '../src/sandboxes/lambda/instance.ts';
import { findRuntimeClient } from '../src/sandboxes/lambda/runtime-client.ts';
import { median } from '../src/statistics.ts';
import { type Suite, type SuiteResult, table, tenths } from './suite.ts';

const rounds = 20;
/** Agreement asked of each function, per cent of the time from outside. */
const toleratedPercent = 10;

/**
 * Milliseconds from `spawn` until the new process's own clock begins: no agent can see them. Both ends read the same
 * monotonic clock of the machine.
 */
const beforeProcessMs = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const script = 'process.stdout.write(String(process.hrtime.bigint()-BigInt(Math.round(performance.now()*1e6))))';
    const spawnedNs = process.hrtime.bigint();
    const child = spawn(process.execPath, ['-e', script], {
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 10_000,
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Number(BigInt(text) - spawnedNs) / 1e6);
      else reject(new Error(`a bare process ended with ${code}`));
    });
  });

interface Row {
  name: string;
  outsideMs: number;
  agent: RankedFunction;
  /** (agent + before the process - outside) / outside. */
  differencePercent: number;
}

/** Pairs that agent and outside order differently although they are further apart than the tolerance. */
const inversions = (rows: readonly Row[]): string[] =>
  rows.flatMap((a) =>
    rows
      .filter((b) => a.outsideMs > b.outsideMs * (1 + toleratedPercent / 100))
      .filter((b) => (a.agent.cold.p50Ms ?? 0) <= (b.agent.cold.p50Ms ?? 0))
      .map((b) => `${a.name} takes longer than ${b.name} from outside, but not by the agent`),
  );

const figuresOf = ({ name, outsideMs, agent, differencePercent }: Row, before: number): Record<string, unknown> => ({
  name,
  starts: agent.coldStarts,
  outsideP50Ms: tenths(outsideMs),
  beforeProcessP50Ms: tenths(before),
  agentP50Ms: tenths(agent.cold.p50Ms ?? 0),
  runtimeStartMs: tenths(agent.phases.runtimeStartMs ?? 0),
  initMs: tenths(agent.phases.initMs ?? 0),
  executionMs: tenths(agent.phases.executionMs ?? 0),
  differencePercent: tenths(differencePercent),
});

const startOnce = async (
  fn: LambdaExample,
  endpoint: string,
  client: ReturnType<typeof findRuntimeClient>,
): Promise<number> => {
  const instance = new LambdaInstance({ ...fn, environment: { COLDLENS_ENDPOINT: endpoint } }, client);
  try {
    return (await instance.start('{"id":1}')).latencyMs;
  } finally {
    // The shutdown is when the agent sends what the freeze held back.
    await instance.stop();
  }
};

const measure = async (directory: string, progress: (line: string) => void): Promise<SuiteResult> => {
  const client = findRuntimeClient();
  const store = await openStore({ data: directory });
  const collector = await startCollector({ port: 0, store });
  const outside = new Map<string, number[]>(examples.map((fn) => [fn.name, []]));
  const before: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      progress(`round ${round + 1} of ${rounds}`);
      before.push(await beforeProcessMs());
      // Rotated, so that no function always runs after the same neighbour.
      const order = [...examples.slice(round % examples.length), ...examples.slice(0, round % examples.length)];
      for (const fn of order) outside.get(fn.name)?.push(await startOnce(fn, collector.url, client));
    }
    const { functions } = await store.ranking({ sinceMs: 3_600_000, sort: 'cold-p50', limit: 100 });
    const beforeMs = median(before);
    const rows = examples.map((fn): Row => {
      const agent = functions.find((ranked) => ranked.name === fn.name);
      if (!agent) throw new Error(`${fn.name} is missing in the ranking`);
      const outsideMs = median(outside.get(fn.name) ?? []);
      const difference = (agent.cold.p50Ms ?? 0) + beforeMs - outsideMs;
      return { name: fn.name, outsideMs, agent, differencePercent: (100 * difference) / outsideMs };
    });
    const byOutside = rows.toSorted((a, b) => b.outsideMs - a.outsideMs);
    const figures = byOutside.map((row) => figuresOf(row, beforeMs));
    return {
      figures: { suite: 'phases', rounds, client: client.description, functions: figures, machine: machine() },
      report: table(
        [
          'function',
          'outside p50 ms',
          'before the process',
          'agent p50 ms',
          'runtime start',
          'init',
          'execution',
          'difference %',
        ],
        figures.map(({ starts: _, ...row }) => Object.values(row) as (string | number)[]),
      ),
      failures: [
        ...rows
          .filter((row) => Math.abs(row.differencePercent) > toleratedPercent)
          .map((row) => `${row.name} differs by ${tenths(row.differencePercent)} %, more than ${toleratedPercent} %`),
        ...rows
          .filter((row) => row.agent.coldStarts !== rounds)
          .map((row) => `${row.name} has ${row.agent.coldStarts} cold starts instead of ${rounds}`),
        ...inversions(rows),
      ],
    };
  } finally {
    await collector.close();
    await store.close();
  }
};

export const phases: Suite = {
  name: 'phases',
  about: `the agent's phases against ${rounds} interleaved cold starts timed from outside, about 90 s`,
  run: async (progress) => {
    const directory = await mkdtemp(join(tmpdir(), 'coldlens-phases-'));
    try {
      return await measure(directory, progress);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
