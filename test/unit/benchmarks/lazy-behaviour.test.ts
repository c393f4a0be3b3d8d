/**
 * A lazy import does what the static one did: modules put together at random from many shapes of use run as they are and
 * as they were edited, on real Node, and must give the same.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLazy } from '#benchmarks/src/lazy/make-lazy.js';
import { seededRandom } from '#benchmarks/src/random.js';

/** What is imported: with bindings that change, functions that tell their `this`, classes, and values in values. */
const body = `
  count: 0,
  add: (a, b) => a + b,
  whoAmI: function () { 'use strict'; return this === undefined ? 'nobody' : typeof this; },
  Box,
  tag: (strings, ...values) => strings.join('|') + values.join(),
  nested: { deep: { Box }, list: [1, 2, 3], self() { return this === undefined ? 'lost' : this.list.length; } },
`;
const box =
  'class Box { constructor(v) { this.v = v; } static of(v) { return new this(v); } get() { return this.v; } }';
const names = ['count', 'add', 'whoAmI', 'Box', 'tag', 'nested', 'inc'] as const;
const libraryCjs = `globalThis.loads = (globalThis.loads ?? 0) + 1;\n${box}\nmodule.exports = {${body}};
module.exports.inc = () => { module.exports.count += 1; };\n`;
const libraryEsm = `${box}\nconst all = {${body}};
export let count = 0;
export const inc = () => { count += 1; };
export const { add, whoAmI, tag, nested } = all;
export { Box };
export default function main(x) { return 'main ' + x + (this === undefined ? '' : ' this'); }\n`;

/** Statements; `$name` is a name of the library, however it was imported. */
const statements = [
  'out.push($add(1, 2));',
  'out.push($whoAmI());',
  'out.push(new $Box(3).get());',
  'out.push($Box.of(4).v);',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: code of a module.
  'out.push($tag`a${1}b${2}`);',
  'out.push([1, 2].map((x) => $add(x, 1)).join());',
  '$inc();\n$inc();\nout.push($count);',
  'out.push(typeof $add, typeof $nested.list);',
  'out.push($nested.self(), $nested?.self?.());',
  'const { length: length%i } = $nested.list; out.push(length%i);',
  'out.push(new $nested.deep.Box(5).get());',
  'out.push(new ($nested.deep).Box(5).get(), new $nested.deep["Box"](5).get());',
  'out.push(($add)(1, 1), $add?.(1, 2), ($whoAmI)());',
  'if (out.length > 1e6) $add(); else out.push($whoAmI());',
  '{ const add = () => "hidden"; out.push(add()); }',
  'out.push(((add, Box) => add + Box)("a", "b"));',
  'out.push(new (class extends $Box {})(6).get());',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: code of a module.
  'out.push(`${$add(1, 1)} ${$whoAmI()}`);',
  'label%i: for (const i of $nested.list) { if (i > 2) break label%i; out.push($add(i, i)); }',
  'out.push(((x = $add(1, 1)) => x)());',
  'let no%i = 1\nno%i += 1\n$inc()\n$whoAmI()\nout.push(no%i)',
  'const fn%i = function () {}\n$inc()\nout.push(typeof fn%i)',
  'try { $Box(); } catch (error) { out.push(error.name); }',
  'out.push($add instanceof Function, "list" in $nested, !$nested);',
  '$nested.extra = 7; out.push($nested.extra); delete $nested.extra;',
  'switch ($add(1, 1)) { case $add(2, 0): out.push("case"); }',
  'out.push(later%i()); function later%i() { return $add(9, 9); }',
  'const object%i = { [$add("k", 1)]: $count, get box() { return new $Box(8).v; } }; out.push(object%i.k1, object%i.box);',
  'out.push([...$nested.list, ...[$add].map((f) => f(2, 2))].length);',
  'const after%i = () => ({ value: $add(3, 3) }); out.push(after%i().value);',
  'out.push($add(...$nested.list), ($nested, 3), $nested && $count);',
  'for (let i = $count; i < $nested.list.length; i += 1) out.push(i);',
  'const held%i = $whoAmI; out.push(held%i());',
];
const asyncStatements = [
  'out.push(await Promise.all([1, 2].map(async (i) => $add(i, 1))));',
  'await null; $inc(); await null; out.push($count);',
  'for await (const i of [$add(1, 0)]) out.push(i);',
];
/** With names of the library as they are. */
const shorthands = ['out.push({ $add }.$add(2, 2), Object.keys({ $count, $Box }).length);'];

const shapes = {
  module: [
    (code: string) => `export const handler = async (out) => {\n  ${code}\n};`,
    (code: string) => `export async function handler(out) {\n  'use strict';\n  ${code}\n}`,
    (code: string) => `class A { async go(out) { ${code} } }\nexport const handler = (out) => new A().go(out);`,
    (code: string) => `const o = { async ['go'](out) {\n${code}\n} };\nexport const handler = (out) => o.go(out);`,
    (code: string) => `export const handler = (out) => (async () => {\n${code}\n})();`,
    (code: string) =>
      `export const handler = async (out) => {\n  const inner = async () => {\n${code}\n  };\n  await inner();\n  out.push($add(0, 0));\n};`,
    () => 'export const handler = async (out) => out.push($add(1, 2), $whoAmI());',
    () => 'export const handler = async (out) => ({ v: out.push($add(1, 2)) });',
    () => 'export const handler = async (out) => /* add */ ($add(1, 2), out.push($whoAmI()));',
  ],
  commonjs: [
    (code: string) => `exports.handler = (out) => {\n  ${code}\n};`,
    (code: string) => `exports.handler = function (out) {\n${code}\n};`,
    (code: string) => `class A { static go(out) { ${code} } }\nexports.handler = A.go;`,
    (code: string) =>
      `exports.handler = (out) => { for (const _ of (function* () {\n${code}\nyield 1; })()) out.push(_); };`,
    (code: string) => `exports.handler = hoisted;\nfunction hoisted(out, x = $add(1, 1)) { out.push(x);\n${code}\n}`,
    () => 'exports.handler = (out) => out.push($add(1, 2), $whoAmI());',
  ],
};

type Format = keyof typeof shapes;

interface Form {
  declaration: string;
  /** How a name of the library is written. */
  name: (name: string) => string;
  isNamed: boolean;
}

const renamed = (name: string): string => `lib_${name}`;
const same = (name: string): string => name;
const ofNamespace = (name: string): string => `ns.${name}`;

const forms: Record<Format, Form[]> = {
  module: [
    { declaration: `import { ${names.join(', ')} } from './lib.mjs';`, name: same, isNamed: true },
    {
      declaration: `import { ${names.map((name) => `${name} as ${renamed(name)}`).join(', ')} } from "./lib.mjs"`,
      name: renamed,
      isNamed: true,
    },
    { declaration: "import * as ns from './lib.mjs';", name: ofNamespace, isNamed: false },
    { declaration: "import main, * as ns from './lib.mjs';", name: ofNamespace, isNamed: false },
    { declaration: `import main, { ${names.join(', ')} } from './lib.mjs';`, name: same, isNamed: true },
    {
      declaration: `import { add } from './lib.mjs';\nimport main, { ${names.filter((name) => name !== 'add').join(', ')} } from './lib.mjs';`,
      name: same,
      isNamed: true,
    },
    { declaration: "import ns from './lib.cjs';", name: ofNamespace, isNamed: false },
  ],
  commonjs: [
    { declaration: `const { ${names.join(', ')} } = require('./lib.cjs');`, name: same, isNamed: true },
    {
      declaration: `var {\n  ${names.map((name) => `${name}: ${renamed(name)}`).join(',\n  ')} // all\n} = require("./lib.cjs")`,
      name: renamed,
      isNamed: true,
    },
    { declaration: "const ns = require('./lib.cjs');", name: ofNamespace, isNamed: false },
    { declaration: "let before = 1, ns = require('./lib.cjs'), after = 2;", name: ofNamespace, isNamed: false },
    {
      declaration: "const nested = require('./lib.cjs').nested, other = 1;",
      name: (name) => (name === 'nested' ? 'nested' : `require('./lib.cjs').${name}`),
      isNamed: false,
    },
  ],
};

const cases = 150;

const driver = `
const run = async (folder, kind, file) => {
  const out = [];
  try {
    const { handler } = await import(folder + '/' + kind + '/' + file);
    await handler(out);
    await handler(out);
  } catch (error) { out.push(error.name + ': ' + error.message.replace(/.*(is not a constructor|without 'new')/s, '$1')); }
  return JSON.stringify(out);
};
const results = [];
for (const [folder, file] of JSON.parse(process.argv[1])) {
  results.push([await run(folder, 'original', file), await run(folder, 'edited', file)]);
}
process.stdout.write(JSON.stringify(results));
`;

describe('a lazy import', function () {
  this.timeout(60_000);
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'coldlens-lazy-'));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  for (const format of ['module', 'commonjs'] as const) {
    it(`does what the static one did (${format}, ${cases} modules put together at random)`, async () => {
      const random = seededRandom(20_261_122);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
      const runs: [folder: string, file: string][] = [];
      const sources: string[] = [];
      for (let index = 0; index < cases; index += 1) {
        const form = pick(forms[format]);
        const pool = [
          ...statements,
          ...(format === 'module' ? asyncStatements : []),
          ...(form.isNamed ? shorthands : []),
        ];
        const code = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, place) =>
          pick(pool).replaceAll('%i', String(place)),
        ).join(pick(['\n', '\n  ', '\n\n  // next\n  ']));
        const source = `// case ${index}\n${form.declaration}\n\n${pick(shapes[format])(code)}\n`.replace(
          new RegExp(`\\$(${names.join('|')})\\b`, 'g'),
          (_, name: string) => form.name(name),
        );
        const file = format === 'module' ? 'handler.mjs' : 'handler.cjs';
        const module = source.includes('lib.mjs') ? './lib.mjs' : './lib.cjs';
        const made = await makeLazy(source, { file, module, format });
        // Where nothing of the module is used, or a name that is not in the pattern, there is nothing to compare.
        if (made.state === 'refused' && /nothing uses/.test(made.reason)) continue;
        if (made.state === 'refused') assert.fail(`${made.reason}\n${source}`);
        const folder = join(directory, `${format}-${index}`);
        for (const [kind, text] of Object.entries({ original: source, edited: made.source })) {
          mkdirSync(join(folder, kind), { recursive: true });
          writeFileSync(join(folder, kind, 'lib.cjs'), libraryCjs);
          writeFileSync(join(folder, kind, 'lib.mjs'), libraryEsm);
          writeFileSync(join(folder, kind, file), text);
        }
        sources.push(`${source}\n=====>\n${made.source}`);
        runs.push([folder, file]);
      }
      assert.ok(runs.length > cases * 0.8, `${runs.length} of ${cases}`);
      const args = ['--input-type=module', '-e', driver, JSON.stringify(runs)];
      const { stdout, stderr } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        timeout: 50_000,
        maxBuffer: 1e8,
      });
      const results = JSON.parse(stdout || `"${stderr.slice(0, 500)}"`) as [string, string][];
      for (const [index, [original, edited]] of results.entries()) assert.equal(edited, original, sources[index]);
      const failed = results.filter(([original]) => /Error/.test(original)).length;
      assert.ok(failed < results.length / 2, `${failed} of ${results.length} failed on both sides`);
    });
  }

  it('loads the module at the first use, and once', () => {
    const folder = join(directory, 'once');
    mkdirSync(folder);
    writeFileSync(join(folder, 'lib.cjs'), libraryCjs);
    return makeLazy("const { add } = require('./lib.cjs');\nexports.f = () => add(1, 1);\n", {
      file: 'a.cjs',
      module: './lib.cjs',
      format: 'commonjs',
    }).then((made) => {
      assert.equal(made.state, 'edited');
      writeFileSync(join(folder, 'a.cjs'), made.state === 'edited' ? made.source : '');
      const script = `const { f } = require('./a.cjs'); const loads = [globalThis.loads ?? 0]; f(); loads.push(globalThis.loads); f(); loads.push(globalThis.loads); console.log(loads.join());`;
      const { stdout } = spawnSync(process.execPath, ['-e', script], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 10_000,
      });
      assert.equal(stdout.trim(), '0,1,1');
    });
  });
});
