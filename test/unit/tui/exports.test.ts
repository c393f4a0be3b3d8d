/** Every screen is exported in every form that it offers. */
import assert from 'node:assert/strict';
import { flameSvg, placedModules, speedscope } from '#tui/print/flame-files.js';
import { narrowedTree } from '#tui/screens/modules/written.js';
import { hostileNames } from '../../support/bench-results.ts';
import { everywhere } from './everywhere.ts';
import { benchRuns, health, liveInvocations } from './more-pages.ts';
import { functionPage, functionView, instanceList, invocationPage, moduleTree } from './pages.ts';
import { sixFunctions } from './rankings.ts';
import { FakeSource, stage } from './screen-stage.ts';

const source = (): FakeSource => {
  const told = new FakeSource(() => sixFunctions);
  told.functionPage = async () => functionPage;
  told.instances = async () => instanceList;
  told.invocationPage = async () => invocationPage;
  told.modules = async () => moduleTree;
  told.live = async () => liveInvocations;
  told.benchRuns = async () => benchRuns;
  told.health = async () => health;
  return told;
};

/** The keys that lead to each, and what its JSON is. */
const screens = {
  functions: [[], sixFunctions],
  function: [['\r'], functionView],
  invocation: [['\r', '\r'], invocationPage],
  modules: [['m'], moduleTree],
  live: [[':live\r'], liveInvocations],
  benchmarks: [[':benchmarks\r'], benchRuns],
  health: [[':health\r'], health],
} as const satisfies Record<string, [readonly string[], unknown]>;

describe('exports', () => {
  for (const [name, [keys, answer]] of Object.entries(screens)) {
    it(`write ${name} as JSON, CSV and Markdown`, async () => {
      const shown = await stage({ columns: 100, rows: 30, source: source() });
      try {
        for (const batch of keys) await shown.type(batch);
        for (const form of ['json', 'csv', 'markdown']) await shown.type(`e${form}\r`);
        assert.match(shown.screen(), /wrote it$/);
        const [json, csv, markdown, ...more] = shown.saved;
        assert.deepEqual(JSON.parse(json?.text ?? ''), answer);
        assert.equal(json?.name, `coldlens-${name}`);
        assert.match(csv?.text ?? '', /^[\w,]+\r\n/);
        assert.match(markdown?.text ?? '', /^(## .+\n\n)?(```text\n[^`]+\n```\n\n)?\| .*\n\| -/);
        assert.deepEqual(
          [json, csv, markdown].map((each) => each?.ending),
          ['json', 'csv', 'md'],
        );
        assert.deepEqual(more, []);
      } finally {
        await shown.close();
      }
    });
  }

  /** Screens with a filter and an order of their own: the keys, and what JSON and CSV hold then. */
  const narrowed = {
    'functions by a filter': [['/sdk|bare\r'], ['sdk-s3-upload', 'bare']],
    'functions by a filter that inverts': [['/!^(sdk|bare|esm|logs)\r'], ['module-scope-work', 'bundled-single-file']],
    'functions by a sort that no source knows': [
      ['SSS', '/b\r'],
      ['bare', 'bundled-single-file'],
    ],
    'functions in their groups': [
      ['bbb', '/(logs|bare|sdk)\r'],
      ['sdk-s3-upload', 'bare', 'logs-only-java'],
    ],
    'only cold arrivals': [
      [':live\r', 'c'],
      ['orders', 'größe-日本'],
    ],
    'arrivals by a filter': [[':live\r', '/gr\r'], ['größe-日本']],
    'benchmarks by a filter': [[':bench\r', '/new\r'], ['new-one']],
    'modules by a filter': [
      ['m', '/date|smithy\r'],
      ['dist-cjs/index.js', 'index.js'],
    ],
    'packages by a filter': [['m', '\t', '/date\r'], ['date-fns']],
  } as const satisfies Record<string, readonly [readonly string[], readonly string[]]>;

  const namesIn = (json: string): string[] => {
    const { functions, invocations, runs, modules } = JSON.parse(json);
    const rows: { name?: string; functionName?: string }[] = functions ?? invocations ?? runs ?? modules;
    return rows.map(({ name, functionName }) => name ?? functionName ?? '');
  };

  for (const [what, [keys, names]] of Object.entries(narrowed)) {
    it(`write what is shown: ${what}`, async () => {
      const shown = await stage({ columns: 100, rows: 30, source: source() });
      try {
        for (const batch of keys) await shown.type(batch);
        for (const form of ['json', 'csv', 'markdown']) await shown.type(`e${form}\r`);
        const [json, csv, markdown] = shown.saved.map(({ text }) => text);
        const rows = (csv ?? '').trimEnd().split('\r\n').slice(1);
        assert.equal(rows.length, names.length, csv);
        for (const [at, name] of names.entries()) assert.ok(rows[at]?.includes(name), rows[at]);
        assert.equal((markdown ?? '').trimEnd().split('\n').length - 2, names.length);
        if (!what.startsWith('packages')) assert.deepEqual(namesIn(json ?? ''), names);
        else
          assert.deepEqual(
            JSON.parse(json ?? '').packages.map(({ name }: { name: string }) => name),
            names,
          );
      } finally {
        await shown.close();
      }
    });
  }

  it('write packages where packages are shown, and a flame whole in any case', async () => {
    const shown = await stage({ columns: 100, rows: 30, source: source() });
    await shown.type('m');
    await shown.type('\t');
    await shown.type('/date\r');
    await shown.type('ecsv\r');
    await shown.type('esvg\r');
    await shown.type('espeedscope\r');
    const [packages, svg, profile] = shown.saved;
    assert.equal(packages?.name, 'coldlens-packages');
    assert.match(packages?.text ?? '', /^package,versions,totalMs,/);
    assert.equal(svg?.text, flameSvg(moduleTree));
    assert.equal(profile?.text, speedscope(moduleTree));
    await shown.close();
  });

  it('write modules that a filter leaves below the next ones above them that are left', () => {
    for (const filter of ['', 'index', '!handler', 'date', 'nothing']) {
      const tree = narrowedTree(moduleTree, filter);
      tree.modules.forEach(({ parent, depth, descendants, name }, index) => {
        assert.ok(parent === null ? depth === 0 : parent < index && tree.modules[parent]?.depth === depth - 1, name);
        const below = tree.modules.slice(index + 1, index + 1 + descendants);
        assert.equal(below.length, descendants);
        assert.ok(below.every((each) => each.depth > depth));
        assert.ok((tree.modules[index + 1 + descendants]?.depth ?? 0) <= depth);
      });
    }
    assert.equal(narrowedTree(moduleTree, ''), moduleTree);
    assert.deepEqual(narrowedTree(moduleTree, 'nothing').modules, []);
  });

  it('write the modules as a profile for speedscope, whose events are nested and never go back', () => {
    const { shared, profiles } = JSON.parse(speedscope(moduleTree));
    assert.equal(shared.frames.length, moduleTree.modules.length);
    const open: number[] = [];
    let atMs = 0;
    for (const { type, frame, at } of profiles[0].events) {
      assert.ok(at >= atMs);
      atMs = at;
      if (type === 'O') open.push(frame);
      else assert.equal(open.pop(), frame);
    }
    assert.deepEqual(open, []);
    assert.equal(profiles[0].endValue, 730);
  });

  it('write what the published schema of speedscope asks for, also where children took longer than what asked for them', () => {
    const longer = moduleTree.modules.map((node, index) => (index === 2 ? { ...node, totalMs: 999.5 } : node));
    for (const tree of [moduleTree, { ...moduleTree, modules: longer }, { ...moduleTree, modules: [] }]) {
      const file = JSON.parse(speedscope(tree));
      assert.equal(file.$schema, 'https://www.speedscope.app/file-format-schema.json');
      for (const frame of file.shared.frames) assert.equal(typeof frame.name, 'string');
      const [profile, ...more] = file.profiles;
      assert.deepEqual(more, []);
      assert.deepEqual([profile.type, profile.unit, typeof profile.name], ['evented', 'milliseconds', 'string']);
      assert.ok(profile.startValue <= profile.endValue);
      for (const { type, frame, at } of profile.events) {
        assert.ok(type === 'O' || type === 'C');
        assert.ok(Number.isInteger(frame) && frame >= 0 && frame < file.shared.frames.length);
        assert.ok(at >= profile.startValue && at <= profile.endValue);
      }
    }
  });

  it('write the modules as a flame graph in which children stand below what asked for them', () => {
    const svg = flameSvg(moduleTree);
    assert.equal((svg.match(/<rect /g) ?? []).length, moduleTree.modules.length);
    assert.match(svg, /<title>date-fns\/index\.js, 200 ms, self 200 ms<\/title>/);
    for (const { node, fromMs } of placedModules(moduleTree)) assert.ok(fromMs + node.totalMs <= 730.001);
  });

  it('hold no markup of a name', () => {
    for (const name of hostileNames) {
      const svg = flameSvg(everywhere(moduleTree, name));
      assert.doesNotMatch(svg.replace(/<\/?(svg|g|title|rect|text)( [^<>]*)?\/?>/g, ''), /[<>]/);
    }
  });
});
