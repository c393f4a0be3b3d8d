/** `coldlens doctor`: checks the set-up, or how a collector fares, and says what to mend. */
import { command, pick } from '@coldlens/benchmarks/cli';
import { exitCode } from '@coldlens/collector';
import { optionTable } from '../cli/option-table.ts';
import type { CheckResult } from '../doctor/check.ts';
import { runChecks } from '../doctor/checks.ts';
import { cells, clean, toWidth } from '../format/clean.ts';
import { safeJson } from '../print/json.ts';
import { tokenOf } from './store.ts';

export const doctor = command({
  name: 'doctor',
  summary: 'check the set-up, or with --url a running collector, and say what to mend',
  examples: ['doctor', 'doctor --json --clickhouse http://127.0.0.1:8123', 'doctor --url http://127.0.0.1:4318'],
  options: pick(optionTable, ['json', 'data', 'clickhouse', 'url', 'token', 'token-file', 'port']),
  async run({ json, data, clickhouse, url, port, ...credentials }) {
    const results = await runChecks({
      ...{ data, clickhouse, url, port, token: tokenOf(credentials) },
      ...{ path: process.env.PATH ?? '', environment: process.env },
    });
    const passed = results.every(({ status }) => status !== 'fail');
    process.stdout.write(json === true ? safeJson({ passed, checks: results }) : asText(results));
    return passed ? exitCode.fine : exitCode.checkFailed;
  },
});

/** One line a check, and under it what to do. */
export function asText(results: readonly CheckResult[]): string {
  const nameCells = results.reduce((widest, { name }) => Math.max(widest, cells(name)), 0);
  const lines = results.flatMap(({ name, status, detail, next }) => {
    const first = `${toWidth(status, 4)}  ${toWidth(name, nameCells)}  ${clean(detail)}`;
    return next === '' ? [first] : [first, `${' '.repeat(nameCells + 8)}next: ${clean(next)}`];
  });
  const count = (status: CheckResult['status']): number => results.filter((result) => result.status === status).length;
  return `${lines.join('\n')}\n\n${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail\n`;
}
