/**
 * What each agent adds to a cold start: the same handler in AWS's runtime client, bare and under each agent, spawn to
 * first response, in interleaved rounds of rotated order. Differences are paired within a round.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, startCollector, Trouble } from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import { processFigures } from '../src/measure/process-figures.ts';
import { instanceEnvironment, type LambdaFunction } from '../src/sandboxes/lambda/function.ts';
import { LambdaInstance } from '../src/sandboxes/lambda/instance.ts';
import { findRuntimeClient, type RuntimeClient } from '../src/sandboxes/lambda/runtime-client.ts';
import { type Estimate, median, medianWithInterval } from '../src/statistics.ts';
import { prepare, taskRoot } from './overhead/prepare.ts';
import { type Variant, variants } from './overhead/variants.ts';
import { type Suite, type SuiteResult, table, tenths } from './suite.ts';

const thoroughRounds = 300;
const otherRounds = 40;
/** Rounds that only warm the page cache. */
const discardedRounds = 2;
/** What is promised for `coldlens`, the default mode. */
const targets = {
  p50Ms: 3,
  ciHighMs: 4,
  timesFloor: 2,
  peerTimes: 10,
  warmUs: 50,
  rssMb: 1,
  packedKb: 40,
  usPerModule: 50,
};

interface Start {
  coldMs: number;
  cpuMs: number;
  rssMb: number;
}

const functionOf = (variant: Variant, endpoint: string): LambdaFunction => ({
  name: 'overhead',
  taskRoot,
  handler: variant.handler,
  memoryMb: 512,
  timeoutMs: 10_000,
  environment: {
    COLDLENS_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_SERVICE_NAME: 'overhead',
    ...variant.environment,
  },
});

const startOnce = async (fn: LambdaFunction, client: RuntimeClient): Promise<Start> => {
  const instance = new LambdaInstance(fn, client);
  try {
    const { latencyMs, answer } = await instance.start('{"id":1}');
    if (answer.state !== 'succeeded') throw new Error(`${fn.handler} answered ${JSON.stringify(answer)}`);
    const { cpuMs, rssMb } = processFigures(instance.pid as number);
    if (cpuMs === null || rssMb === null)
      throw new Trouble('CPU time cannot be read here.', 'Run this suite on Linux.');
    return { coldMs: latencyMs, cpuMs, rssMb };
  } finally {
    await instance.stop();
  }
};

interface Warm {
  warmUs: number;
  modules: number;
}

const probe = fileURLToPath(new URL('../../suites/overhead/warm-probe.cjs', import.meta.url));

/** Before-response time of a warm call, inside a process that believes to be on Lambda. */
const warmOnce = (fn: LambdaFunction, calls: number): Promise<Warm> =>
  new Promise((resolve, reject) => {
    const [file = '', name = ''] = fn.handler.split('.');
    const files = [`${file}.cjs`, `${file}.mjs`].map((candidate) => join(taskRoot, candidate));
    const script = files.find((candidate) => existsSync(candidate));
    // Nobody listens at port 9: the probe needs no Runtime API, only its variable.
    const env = instanceEnvironment(fn, '127.0.0.1:9');
    const options = { cwd: taskRoot, env, timeout: 60_000, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] as const };
    const child = fork(probe, [script as string, name, String(calls)], { ...options, stdio: [...options.stdio] });
    let result: Warm | undefined;
    child.once('message', (message) => {
      result = message as Warm;
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      result && code === 0 ? resolve(result) : reject(new Error(`${fn.handler} ended ${code}`)),
    );
  });

interface AgentFigures {
  name: string;
  exportMode: string | null;
  rounds: number;
  addedColdMs: Estimate;
  addedColdCpuMs: Estimate;
  addedWarmUs: { p50: number };
  /** Added by each module of the application; `null` where the application is one small file. */
  addedColdUsPerModule: number | null;
  /** Added resident memory after the first response. */
  rssMb: number;
  /** Added modules, builtin ones included. */
  modules: number;
  packedKb: number | null;
}

const measureStarts = async (
  endpoint: string,
  client: RuntimeClient,
  progress: (line: string) => void,
): Promise<Map<string, Start[]>> => {
  const starts = new Map<string, Start[]>(variants.map((variant) => [variant.name, []]));
  for (let round = -discardedRounds; round < thoroughRounds; round += 1) {
    if (round % 10 === 0) progress(`round ${round} of ${thoroughRounds}`);
    const taking = variants.filter((variant) => variant.isThorough || round < otherRounds);
    const shift = Math.abs(round) % taking.length;
    for (const variant of [...taking.slice(shift), ...taking.slice(0, shift)]) {
      const start = await startOnce(functionOf(variant, endpoint), client);
      if (round >= 0) starts.get(variant.name)?.push(start);
    }
  }
  return starts;
};

const hundredths = (value: number): number => Math.round(value * 100) / 100;
const rounded = ({ p50, ciLow, ciHigh }: Estimate): Estimate => ({
  p50: hundredths(p50),
  ciLow: hundredths(ciLow),
  ciHigh: hundredths(ciHigh),
});

const failuresOf = (agents: readonly AgentFigures[]): string[] => {
  const find = (name: string): AgentFigures => agents.find((agent) => agent.name === name) as AgentFigures;
  const own = find('coldlens');
  const floor = find('floor');
  const peers = agents.filter((agent) => agent.name.startsWith('@') || agent.name.startsWith('datadog'));
  const nextBest = peers.reduce((best, peer) => (peer.addedColdMs.p50 < best.addedColdMs.p50 ? peer : best));
  const checks: [boolean, string][] = [
    [own.addedColdMs.p50 <= targets.p50Ms, `coldlens adds ${own.addedColdMs.p50} ms, more than ${targets.p50Ms}`],
    [
      own.addedColdMs.ciHigh <= targets.ciHighMs,
      `its interval reaches ${own.addedColdMs.ciHigh} ms, above ${targets.ciHighMs}`,
    ],
    [
      own.addedColdMs.p50 <= targets.timesFloor * floor.addedColdMs.p50,
      `coldlens adds ${own.addedColdMs.p50} ms, more than ${targets.timesFloor} times the floor's ${floor.addedColdMs.p50}`,
    ],
    [
      nextBest.addedColdMs.p50 >= targets.peerTimes * own.addedColdMs.p50,
      `${nextBest.name} adds ${nextBest.addedColdMs.p50} ms, less than ${targets.peerTimes} times coldlens`,
    ],
    [
      own.addedWarmUs.p50 <= targets.warmUs,
      `a warm call takes ${own.addedWarmUs.p50} us more, above ${targets.warmUs}`,
    ],
    [own.rssMb <= targets.rssMb, `coldlens takes ${own.rssMb} MB, above ${targets.rssMb}`],
    [(own.packedKb ?? 0) <= targets.packedKb, `the package has ${own.packedKb} kB, above ${targets.packedKb}`],
  ];
  for (const { name, addedColdUsPerModule } of agents) {
    const takesMore = `${name} takes ${addedColdUsPerModule} us a module, above ${targets.usPerModule}`;
    checks.push([(addedColdUsPerModule ?? 0) <= targets.usPerModule, takesMore]);
  }
  return checks.filter(([holds]) => !holds).map(([, sentence]) => sentence);
};

const measure = async (directory: string, progress: (line: string) => void): Promise<SuiteResult> => {
  const { packedKb, versions } = await prepare();
  const client = findRuntimeClient('aws-lambda-ric');
  const store = await openStore({ data: directory });
  const collector = await startCollector({ port: 0, store });
  try {
    progress('warm calls');
    const warm = new Map<string, Warm>();
    for (const variant of variants)
      warm.set(variant.name, await warmOnce(functionOf(variant, collector.url), variant.warmCalls));
    const starts = await measureStarts(collector.url, client, progress);
    const agents = variants.map((variant): AgentFigures => {
      const own = starts.get(variant.name) ?? [];
      const bare = starts.get(variant.baseline) ?? [];
      const differences = (figure: keyof Start): number[] =>
        own.map((start, round) => start[figure] - (bare[round]?.[figure] ?? Number.NaN));
      const [ownWarm, bareWarm] = [warm.get(variant.name) as Warm, warm.get(variant.baseline) as Warm];
      return {
        name: variant.name,
        exportMode: variant.exportMode,
        rounds: own.length,
        addedColdMs: rounded(medianWithInterval(differences('coldMs'))),
        addedColdCpuMs: rounded(medianWithInterval(differences('cpuMs'))),
        addedColdUsPerModule: variant.appModules
          ? tenths((medianWithInterval(differences('coldMs')).p50 / variant.appModules) * 1_000)
          : null,
        addedWarmUs: { p50: tenths(ownWarm.warmUs - bareWarm.warmUs) },
        rssMb: tenths(median(differences('rssMb'))),
        modules: ownWarm.modules - bareWarm.modules,
        packedKb: variant.name.startsWith('coldlens') ? tenths(packedKb) : null,
      };
    });
    const bareColdP50Ms = tenths(median((starts.get('bare') ?? []).map((start) => start.coldMs)));
    const interval = ({ p50, ciLow, ciHigh }: Estimate): string => `${p50} (${ciLow} to ${ciHigh})`;
    return {
      figures: { suite: 'overhead', agents, bareColdP50Ms, client: client.description, versions, machine: machine() },
      report: table(
        [
          'agent',
          'export',
          'rounds',
          'added cold ms (95 %)',
          'added CPU ms (95 %)',
          'a module, us',
          'added warm us',
          'RSS MB',
          'modules',
        ],
        agents.map((agent) => [
          agent.name,
          agent.exportMode ?? '-',
          agent.rounds,
          interval(agent.addedColdMs),
          interval(agent.addedColdCpuMs),
          agent.addedColdUsPerModule ?? '-',
          agent.addedWarmUs.p50,
          agent.rssMb,
          agent.modules,
        ]),
      ),
      failures: failuresOf(agents),
    };
  } finally {
    await collector.close();
    await store.close();
  }
};

export const overhead: Suite = {
  name: 'overhead',
  about: `what agents add to a cold start, ${thoroughRounds} rounds, about 10 minutes (Linux)`,
  run: async (progress) => {
    const directory = await mkdtemp(join(tmpdir(), 'coldlens-overhead-'));
    try {
      return await measure(directory, progress);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
