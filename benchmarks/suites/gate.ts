/**
 * Is the gate honest? On real starts of real processes: how often it calls identical code slower, with and without load;
 * how often it finds code that is slower; whether it names the package that was added; and what a comparison takes.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { machine } from '../src/machine.ts';
import { lambdaClient } from '../src/measure/instance-for.ts';
import { abortable } from '../src/run/abort.ts';
import { measureComparisonTime } from './gate/comparison-time.ts';
import { type Detection, measureDetection } from './gate/detection.ts';
import { type FalseAlarms, measureFalseAlarms } from './gate/false-alarms.ts';
import { type GatePlan, plans, planVariable } from './gate/plan.ts';
import { type Suite, type SuiteResult, table, tenths } from './suite.ts';

const targets = {
  falseAlarmRate: 0.01,
  detectionRate: 0.9,
  /** Up to this pair spread 6 % have to be found. */
  pairSpreadPercent: 5,
  culpritNamedRate: 0.95,
  /** Five functions in five minutes. */
  secondsPerComparison: 60,
};

export interface GateFigures {
  suite: 'gate';
  comparisons: number;
  falseAlarmRate: number;
  detection: Detection[];
  culpritNamedRate: number;
  secondsPerComparison: number;
  functionColdMs: number;
  falseAlarms: FalseAlarms[];
  looks: readonly number[];
  tookSeconds: number;
  client: string;
  machine: ReturnType<typeof machine>;
  [key: string]: unknown;
}

const percent = (share: number): number => tenths(100 * share);
const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Promises that were not held. */
export const failuresOf = (figures: GateFigures): string[] => {
  const { falseAlarmRate, detection, culpritNamedRate, secondsPerComparison } = figures;
  const checks: [boolean, string][] = [
    [
      falseAlarmRate <= targets.falseAlarmRate,
      `${percent(falseAlarmRate)} % of comparisons of identical code alarm, more than ${percent(targets.falseAlarmRate)} %`,
    ],
    [
      culpritNamedRate >= targets.culpritNamedRate,
      `the added package is named in ${percent(culpritNamedRate)} %, less than ${percent(targets.culpritNamedRate)} %`,
    ],
    [
      secondsPerComparison <= targets.secondsPerComparison,
      `a comparison takes ${tenths(secondsPerComparison)} s, more than ${targets.secondsPerComparison}`,
    ],
    ...detection
      // Of so small an effect nothing is promised on a noisier machine.
      .filter(({ effect, pairSpreadPercent }) => effect !== '+6 %' || pairSpreadPercent <= targets.pairSpreadPercent)
      .map(({ effect, rate, pairs }): [boolean, string] => [
        rate >= targets.detectionRate,
        `${effect} is found in ${percent(rate)} % at ${pairs} pairs, less than ${percent(targets.detectionRate)} %`,
      ]),
  ];
  return checks.filter(([holds]) => !holds).map(([, sentence]) => sentence);
};

const reportOf = ({ falseAlarms, detection, culpritNamedRate, ...figures }: GateFigures): string =>
  [
    table(
      ['identical code', 'comparisons', 'regressed', 'improved', 'inconclusive', 'pair spread %', 'pairs'],
      falseAlarms.map((each) => [
        each.underLoad ? 'under added CPU load' : 'without added load',
        each.comparisons,
        each.regressed,
        each.improved,
        each.inconclusive,
        tenths(each.pairSpreadPercent),
        tenths(each.meanPairs),
      ]),
    ),
    '',
    table(
      ['slower code', 'comparisons', 'pairs', 'measured %', 'pair spread %', 'found %'],
      detection.map((each) => [
        each.effect,
        each.comparisons,
        each.pairs,
        tenths(each.addedPercent),
        tenths(each.pairSpreadPercent),
        percent(each.rate),
      ]),
    ),
    '',
    `The added package was named in ${percent(culpritNamedRate)} %. A comparison of a function of ${Math.round(figures.functionColdMs)} ms took ${tenths(figures.secondsPerComparison)} s; the whole suite ${Math.round(figures.tookSeconds / 60)} minutes.`,
  ].join('\n');

/** Seen from `dist/suites`: below this package, whose dependencies the functions import. */
const workspace = fileURLToPath(new URL('../gate/', import.meta.url));

const rounded = (figures: GateFigures): GateFigures => ({
  ...figures,
  falseAlarmRate: thousandths(figures.falseAlarmRate),
  culpritNamedRate: thousandths(figures.culpritNamedRate),
  secondsPerComparison: tenths(figures.secondsPerComparison),
  functionColdMs: tenths(figures.functionColdMs),
  tookSeconds: Math.round(figures.tookSeconds),
  detection: figures.detection.map((each) => ({
    ...each,
    pairSpreadPercent: tenths(each.pairSpreadPercent),
    rate: thousandths(each.rate),
    addedPercent: tenths(each.addedPercent),
  })),
  falseAlarms: figures.falseAlarms.map((each) => ({
    ...each,
    pairSpreadPercent: tenths(each.pairSpreadPercent),
    meanPairs: tenths(each.meanPairs),
  })),
});

/** Runs a plan. @throws the signal's reason when aborted, with nothing left */
export const measureGate = async (
  plan: GatePlan,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<SuiteResult> => {
  const beganMs = performance.now();
  mkdirSync(workspace, { recursive: true });
  const directory = mkdtempSync(join(workspace, 'run-'));
  try {
    const time = await measureComparisonTime(directory, plan, signal, progress);
    const { detection, culpritNamedRate } = await measureDetection(directory, plan, signal, progress);
    const falseAlarms = await measureFalseAlarms(directory, plan, signal, progress);
    const comparisons = falseAlarms.reduce((sum, each) => sum + each.comparisons, 0);
    const figures = rounded({
      suite: 'gate',
      comparisons,
      falseAlarmRate: falseAlarms.reduce((sum, each) => sum + each.regressed, 0) / comparisons,
      detection,
      culpritNamedRate,
      ...time,
      falseAlarms,
      looks: plan.settings.looks,
      tookSeconds: (performance.now() - beganMs) / 1_000,
      client: lambdaClient().description,
      machine: machine(),
    });
    return { figures, report: reportOf(figures), failures: failuresOf(figures) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const chosenPlan = (): GatePlan => {
  const name = process.env[planVariable] ?? 'full';
  const plan = Object.hasOwn(plans, name) ? plans[name] : undefined;
  if (plan) return plan;
  const next = `Choose one of: ${Object.keys(plans).join(', ')}.`;
  throw new Trouble(`${planVariable} has the unknown value ${JSON.stringify(name)}.`, next, exitCode.usage);
};

export const gate: Suite = {
  name: 'gate',
  about: `false alarms, detection and culprits on real starts, about 2 hours (${planVariable}=half: 40 minutes; small: a trial)`,
  run: async (progress) => {
    const plan = chosenPlan();
    return abortable((signal) => measureGate(plan, signal, progress));
  },
};
