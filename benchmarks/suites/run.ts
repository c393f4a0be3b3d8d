/** `npm run bench -- SUITE [--json] [--write]`: runs one of the project's own measurements. */
import { parseArgs } from 'node:util';
import { exitCode, Trouble } from '@coldlens/collector';
import { machine } from '../src/machine.ts';
import { writeGeneratedPart } from '../src/page.ts';
import { faults } from './faults.ts';
import { gate } from './gate.ts';
import { imports } from './import.ts';
import { ingest } from './ingest.ts';
import { overhead } from './overhead.ts';
import { phases } from './phases.ts';
import { rank } from './rank.ts';
import type { Suite } from './suite.ts';
import { tui } from './tui.ts';

const suites: readonly Suite[] = [overhead, phases, gate, rank, ingest, imports, tui, faults];

/** Seen from `dist/suites`. */
const readme = new URL('../../README.md', import.meta.url);

const usage = (): string =>
  [
    'Usage: npm run bench -- SUITE [--json] [--write]',
    '',
    'Suites:',
    ...suites.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`),
    '',
    'With --json the last line of the output is one JSON object with every figure.',
    'With --write the table replaces the one in benchmarks/README.md.',
  ].join('\n');

const readArguments = (): { suite: Suite; json: boolean; write: boolean } | null => {
  let parsed: { values: { json?: boolean; write?: boolean; help?: boolean }; positionals: string[] };
  try {
    const options = { json: { type: 'boolean' }, write: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Trouble((error as Error).message, 'npm run bench -- --help shows the options.', exitCode.usage);
  }
  if (parsed.values.help) return null;
  const [name, ...more] = parsed.positionals;
  const suite = suites.find((known) => known.name === name);
  if (!suite || more.length > 0) {
    const what = name ? `There is no suite "${parsed.positionals.join(' ')}".` : 'Name the suite to run.';
    throw new Trouble(what, `Choose one of: ${suites.map((known) => known.name).join(', ')}.`, exitCode.usage);
  }
  return { suite, json: parsed.values.json ?? false, write: parsed.values.write ?? false };
};

const main = async (): Promise<number> => {
  const asked = readArguments();
  if (!asked) {
    console.log(usage());
    return exitCode.fine;
  }
  const { figures, report, failures } = await asked.suite.run((line) => console.error(line));
  console.log(asked.json ? JSON.stringify({ ...figures, failures }) : report);
  if (asked.write) {
    const { cpu, cores, memoryGb, os, node } = machine();
    const where = `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpu}, ${cores} cores, ${memoryGb} GB, ${os}, Node ${node}.`;
    await writeGeneratedPart(readme, asked.suite.name, `\n${where}\n\n${report}\n`);
  }
  for (const failure of failures) console.error(`failed: ${failure}`);
  return failures.length > 0 ? exitCode.checkFailed : exitCode.fine;
};

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof Trouble;
  console.error(known ? `coldlens: ${error.message}\n  next: ${error.next}` : error);
  process.exitCode = known ? error.exitCode : exitCode.failed;
}
