/** What a file exports, read and not run. */
import assert from 'node:assert/strict';
import { sourceExports } from '#benchmarks/src/targets/exports.js';
import { Trouble } from '#collector/trouble.js';
import { makeProject, type Project } from '../../support/project.ts';

describe('the exports of a file', () => {
  let project: Project;
  before(() => {
    project = makeProject();
  });
  after(() => project.remove());

  const read = async (file: string, text: string) => {
    project.write({ [file]: text });
    const { exports, isComplete } = await sourceExports(project.path(file));
    const shown = exports.map(
      ({ name, isFunction }) => `${name}${isFunction === true ? '()' : ''}${isFunction === false ? '=' : ''}`,
    );
    return `${shown.join(' ')}${isComplete ? '' : ' ...'}`.trim();
  };

  const cases: readonly [title: string, file: string, text: string, expected: string][] = [
    ['of a declared function', 'a.mjs', 'export async function handler() {}', 'handler()'],
    [
      'of constants',
      'a.mjs',
      'export const handler = async () => {}; export const limit = 3, list = [];',
      'handler() limit= list=',
    ],
    ['of what another function made', 'a.mjs', 'export const handler = wrap(() => {});', 'handler'],
    ['of a list', 'a.mjs', 'const run = () => {}; class A {} export { run as handler, A };', 'handler() A='],
    ['of a default', 'a.mjs', 'export default function () {}', 'default()'],
    ['of a named default', 'a.mjs', 'const run = () => {}; export default run;', 'default()'],
    ['of a pattern', 'a.mjs', 'export const { GET, POST: post } = make();', 'GET post'],
    ['of others', 'a.mjs', 'export * from "./b.mjs"; export { c as handler } from "./c.mjs";', 'handler ...'],
    [
      'without types',
      'a.ts',
      'export type A = 1; export interface B {} export const handler = (e: A): B => ({}) as B;',
      'handler()',
    ],
    [
      'of types listed among values',
      'a.ts',
      'type A = 1; const handler = (() => {}) satisfies unknown; export { type A, handler };',
      'handler()',
    ],
    ['of decorators and JSX', 'a.tsx', '@d class A {} export const handler = () => <A />;', 'handler()'],
    ['by member', 'a.cjs', 'exports.handler = async () => {}; module.exports.other = 1;', 'handler() other='],
    ['by string', 'a.cjs', 'exports["handler"] = function () {};', 'handler()'],
    ['by computed name', 'a.cjs', 'exports[name] = 1;', '...'],
    [
      'by object',
      'a.cjs',
      'const handler = () => {}; module.exports = { handler, other() {}, "x-y": 1 };',
      'handler() other() x-y=',
    ],
    ['by object with others', 'a.cjs', 'module.exports = { ...require("./b"), handler };', 'handler ...'],
    ['by function', 'a.cjs', 'module.exports = async (event) => event;', 'default()'],
    ['by chain', 'a.cjs', 'exports = module.exports = { handler() {} };', 'handler()'],
    ['hidden behind a call', 'a.cjs', 'module.exports = require("./b");', 'default ...'],
    [
      'as TypeScript writes them',
      'a.cjs',
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.handler = void 0; const handler = () => {}; exports.handler = handler;',
      'handler()',
    ],
    [
      'as esbuild writes them',
      'a.cjs',
      'var x = {}; __export(x, { handler: () => handler }); module.exports = __toCommonJS(x); 0 && (module.exports = { handler });',
      'default handler ...',
    ],
    [
      'of a bundle, not of what is inside',
      'a.cjs',
      'var w = __commonJS({ "b.js"(exports, module) { exports.inner = () => {}; } }); exports.handler = () => {};',
      'handler()',
    ],
    ['of a function called on the spot', 'a.cjs', '(function () { exports.handler = () => {}; })();', 'handler()'],
    ['of a script', 'a.cjs', 'console.log(1); function later() { exports.late = 1; }', ''],
    ['of an empty file', 'a.mjs', '', ''],
    ['after a line for the shell', 'a.cjs', '#!/usr/bin/env node\nreturn;', ''],
  ];
  for (const [title, file, text, expected] of cases) {
    it(`are found ${title}`, async () => assert.equal(await read(file, text), expected));
  }

  it('come with the methods of an object', async () => {
    project.write({ 'w.mjs': 'export default { async fetch() {}, scheduled: () => {}, ...more };' });
    const { exports } = await sourceExports(project.path('w.mjs'));
    assert.deepEqual(exports[0]?.keys, ['fetch', 'scheduled']);
  });

  it('come with what is registered at a framework', async () => {
    project.write({
      'g.cjs': `const functions = require('x'); functions.http('a', () => {}); functions.cloudEvent('b', () => {}); cache.get('c', 1);`,
      'h.mjs': `import { app } from '@azure/functions'; app.http('one', { handler() {} }); import_functions.app.timer('two', {});`,
    });
    assert.deepEqual((await sourceExports(project.path('g.cjs'))).registrations, [
      { method: 'http', name: 'a' },
      { method: 'cloudEvent', name: 'b' },
    ]);
    assert.deepEqual((await sourceExports(project.path('h.mjs'))).registrations, [
      { method: 'http', name: 'one' },
      { method: 'timer', name: 'two' },
    ]);
  });

  const refused: readonly [title: string, file: string, text: string, message: RegExp][] = [
    [
      'a syntax error, with its line',
      'a.mjs',
      'export const a = 1;\nexport const = 2;',
      /a\.mjs:2 is no JavaScript or TypeScript: Unexpected token\.$/,
    ],
    ['what is nested without end', 'a.cjs', '('.repeat(200_000), /a\.cjs.* is (?:nested too deeply|no JavaScript)/],
    ['what is binary', 'a.cjs', '\u0000\u0001ELF\u0002', /is no JavaScript or TypeScript/],
  ];
  for (const [title, file, text, message] of refused) {
    it(`refuse ${title}`, async () => {
      await assert.rejects(read(file, text), (error) => {
        assert.ok(error instanceof Trouble, String(error));
        assert.equal(error.exitCode, 2);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('of a large bundle are not looked for beyond its first 20 MB', async () => {
    assert.equal(await read('large.cjs', `exports.handler = () => {};\n//${'x'.repeat(21 * 1_048_576)}`), '...');
  });

  it('of a deep expression are found', async () => {
    assert.equal(
      await read('deep.cjs', `exports.handler = () => {}; const a = ${'1 + '.repeat(1_000)}1;`),
      'handler()',
    );
  });
});
