/** Hostile names through every text of every answer: nothing of them reaches the terminal as a command, and lines keep their width. */
import assert from 'node:assert/strict';
import { cells } from '#tui/format/clean.js';
import { live } from '#tui/state/live.js';
import { hostileNames } from '../../support/bench-results.ts';
import { everywhere } from './everywhere.ts';
import { benchRuns, illHealth, liveInvocations } from './more-pages.ts';
import { functionPage, instanceList, invocationPage, moduleTree, upload } from './pages.ts';
import { sixFunctions } from './rankings.ts';
import { FakeSource, stage } from './screen-stage.ts';

/** How each screen is reached; the ranking is there at once. */
const ways: Readonly<Record<string, readonly string[]>> = {
  functions: [],
  'functions, grouped': ['bbb'],
  palette: [':'],
  function: ['\r'],
  'function, further part': ['\r', '\t\t\t'],
  'function, its uploads': ['\r', '\t\t\t\t'],
  'function, its instances': ['\r', '\t\t\t\t\t\t'],
  invocation: ['\r', '\r'],
  modules: ['m'],
  packages: ['m', '\t'],
  flame: ['m', '\t\t'],
  live: [':live\r'],
  benchmarks: [':benchmarks\r'],
  health: [':health\r'],
  why: ['-'],
  help: ['?'],
  'what is typed': ['/\u001b[31mx\u202e', '\u0007'],
};

const told = (name: string): FakeSource => {
  const source = new FakeSource(() => everywhere(sixFunctions, name));
  source.functionPage = async () => everywhere({ ...functionPage, uploads: [upload] }, name);
  source.instances = async () => everywhere(instanceList, name);
  source.invocationPage = async () => everywhere(invocationPage, name);
  source.modules = async () => everywhere(moduleTree, name);
  source.live = async () => everywhere(liveInvocations, name);
  source.benchRuns = async () => everywhere(benchRuns, name);
  source.health = async () => everywhere(illHealth, name);
  return source;
};

describe('hostile names on the screens', () => {
  for (const [screen, batches] of Object.entries(ways)) {
    it(`do nothing on ${screen}`, async () => {
      for (const name of hostileNames) {
        const shown = await stage({
          ...{ columns: 100, rows: 30, source: told(name) },
          ...{ notices: [name], progress: live(name), query: { filter: name, only: { region: name } } },
        });
        try {
          for (const batch of batches) await shown.type(batch);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
          const withoutStyles = shown.raw().replace(/\u001b\[[0-9;]*m/g, '');
          assert.doesNotMatch(withoutStyles, /(?!\n)[\p{Cc}\p{Cf}]/u, JSON.stringify(name));
          const lines = withoutStyles.split('\n');
          assert.equal(lines.length, 30);
          for (const line of lines)
            assert.ok(cells(line) <= 100, `${JSON.stringify(name)}, ${cells(line)} cells: ${line}`);
        } finally {
          await shown.close();
        }
      }
    });
  }

  it('do nothing where a source fails with them, or is called so', async () => {
    for (const name of hostileNames) {
      for (const keys of ['', '\r', 'm', ':live\r', ':health\r', ':bench\r']) {
        const source = new FakeSource(() => {
          if (keys === '') throw new Error(name);
          return sixFunctions;
        });
        Object.assign(source, { description: name });
        const fails = async (): Promise<never> => {
          throw new Error(name);
        };
        Object.assign(source, { functionPage: fails, modules: fails, live: fails, health: fails, benchRuns: fails });
        const shown = await stage({ columns: 100, rows: 30, source });
        try {
          if (keys !== '') await shown.type(keys);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
          const withoutStyles = shown.raw().replace(/\u001b\[[0-9;]*m/g, '');
          assert.doesNotMatch(withoutStyles, /(?!\n)[\p{Cc}\p{Cf}]/u, JSON.stringify(name));
        } finally {
          await shown.close();
        }
      }
    }
  }).timeout(60_000);
});
