/**
 * Is anything that was acknowledged ever lost, or counted twice? Collectors and ClickHouse are killed, disks fill, answers get
 * lost, bits flip, clocks are wrong; every span is numbered, and afterwards each that was answered with 200 is to be there
 * once, and the rollups are to say what the rows say.
 */
import { Trouble } from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import { faultCases } from './faults/cases.ts';
import { type CaseFigures, runCase } from './faults/run.ts';
import { Stage } from './faults/stage.ts';
import { type Suite, type SuiteResult, table } from './suite.ts';

/** `COLDLENS_FAULTS=quick` does what the tests do, a second or two each. */
const scale = (): 'full' | 'quick' => {
  const asked = process.env.COLDLENS_FAULTS ?? 'full';
  if (asked === 'full' || asked === 'quick') return asked;
  throw new Trouble(`COLDLENS_FAULTS is ${JSON.stringify(asked)}.`, 'Make it full or quick.');
};

export const faults: Suite = {
  name: 'faults',
  about:
    'is anything acknowledged ever lost or counted twice, whatever fails; half an hour (COLDLENS_FAULTS=quick: one minute)',
  run: async (progress): Promise<SuiteResult> => {
    const asked = scale();
    const cases: CaseFigures[] = [];
    const skipped: { name: string; because: string }[] = [];
    const failures: string[] = [];
    const stage = await Stage.raise();
    try {
      for (const one of faultCases) {
        progress(one.name);
        const result = await runCase(stage, one, asked);
        if ('skipped' in result) {
          skipped.push({ name: one.name, because: result.skipped });
          progress(`  cannot run: ${result.skipped}`);
          continue;
        }
        cases.push(result.figures);
        failures.push(...result.failures);
        const { runs, ackedSpans, lost, duplicated, recoveryMs } = result.figures;
        progress(
          `  ${runs} runs, ${ackedSpans} spans acknowledged, ${lost} lost, ${duplicated} duplicated, ${recoveryMs} ms`,
        );
      }
    } finally {
      await stage.strike();
    }
    return {
      figures: { suite: 'faults', scale: asked, cases, skipped, machine: machine() },
      report: [
        table(
          ['fault', 'runs', 'spans acknowledged', 'lost', 'duplicated', 'recovery ms'],
          cases.map(({ name, runs, ackedSpans, lost, duplicated, recoveryMs }) => [
            name,
            runs,
            ackedSpans,
            lost,
            duplicated,
            recoveryMs,
          ]),
        ),
        ...skipped.map(({ name, because }) => `\nNot run: ${name}; ${because}.`),
      ].join('\n'),
      failures,
    };
  },
};
