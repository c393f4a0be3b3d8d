/** The edit that makes an import lazy: what it writes, and when it refuses. What the result does is in lazy-behaviour.test.ts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLazy } from '#benchmarks/src/lazy/make-lazy.js';
import { unifiedDiff } from '#benchmarks/src/lazy/unified-diff.js';

type Format = 'commonjs' | 'module';

const edit = async (source: string, module: string, file = 'src/handler.mjs', format: Format = 'module') =>
  makeLazy(source, { file, module, format });

const editedSource = async (...args: Parameters<typeof edit>): Promise<string> => {
  const made = await edit(...args);
  assert.equal(made.state, 'edited', made.state === 'refused' ? made.reason : '');
  return made.state === 'edited' ? made.source : '';
};

const refusal = async (...args: Parameters<typeof edit>): Promise<string> => {
  const made = await edit(...args);
  assert.equal(made.state, 'refused', made.state === 'edited' ? made.source : '');
  return made.state === 'refused' ? made.reason : '';
};

const cjs = ['handler.cjs', 'commonjs'] as const;

describe('makeLazy', () => {
  it('awaits an import in front of the first statement that needs it, and keeps comments and form', async () => {
    const source = `// The report.
import { format, startOfISOWeek as week } from 'date-fns';
import { other } from './other.js';

export const handler = async (event) => {
    const day = new Date(event.day)   // no semicolon here
    // Monday
    const monday = week(day)
    return { week: format(monday, 'yyyy-MM-dd'), format, other };
};
`;
    assert.equal(
      await editedSource(source, 'date-fns'),
      `// The report.
import { other } from './other.js';

export const handler = async (event) => {
    const day = new Date(event.day)   // no semicolon here
    const dateFns = await import('date-fns');
    // Monday
    const monday = (0, dateFns.startOfISOWeek)(day)
    return { week: (0, dateFns.format)(monday, 'yyyy-MM-dd'), format: dateFns.format, other };
};
`,
    );
  });

  it('awaits inside of the branch that needs it: what is not taken loads nothing', async () => {
    const body = (lines: readonly string[]): string => lines.map((line) => `  ${line}\n`).join('');
    const handler = (lines: readonly string[]): string => `export const handler = async (e) => {\n${body(lines)}};\n`;
    const cases: [string[], string[]][] = [
      [
        ['if (e.id) return order(e.id);', 'return 1;'],
        ["if (e.id) { const heavy = await import('heavy'); return (0, heavy.order)(e.id); }", 'return 1;'],
      ],
      [
        ['if (e.a) {', '  if (e.b) {', '    order(1);', '  }', '} else other();'],
        [
          'if (e.a) {',
          '  if (e.b) {',
          "    const heavy = await import('heavy');",
          '    (0, heavy.order)(1);',
          '  }',
          '} else other();',
        ],
      ],
      // The condition, or both branches, need it in any case.
      [
        ['if (order(1)) order(2);'],
        ["const heavy = await import('heavy');", 'if ((0, heavy.order)(1)) (0, heavy.order)(2);'],
      ],
      [
        ['if (e.a) order(1); else order(2);'],
        ["const heavy = await import('heavy');", 'if (e.a) (0, heavy.order)(1); else (0, heavy.order)(2);'],
      ],
    ];
    for (const [before, after] of cases) {
      assert.equal(await editedSource(`import { order } from 'heavy';\n${handler(before)}`, 'heavy'), handler(after));
    }
  });

  it('turns a require into a function that loads once', async () => {
    const source = `const sdk = require("@aws-sdk/client-s3");\nexports.handler = () => new sdk.S3Client({});\n`;
    assert.equal(
      await editedSource(source, '@aws-sdk/client-s3', ...cjs),
      `let sdkLoaded;\nconst sdk = () => (sdkLoaded ??= require("@aws-sdk/client-s3"));\nexports.handler = () => new (sdk()).S3Client({});\n`,
    );
  });

  it('keeps types as `import type`', async () => {
    const source = `import Base, { S3Client, type Options } from '@aws-sdk/client-s3';
export const handler = async (options: Options): Promise<S3Client> => new S3Client(options satisfies Base);
`;
    assert.equal(
      await editedSource(source, '@aws-sdk/client-s3', 'handler.ts'),
      `import type Base from '@aws-sdk/client-s3';
import type { S3Client, Options } from '@aws-sdk/client-s3';
export const handler = async (options: Options): Promise<S3Client> => { const clientS3 = await import('@aws-sdk/client-s3'); return new clientS3.S3Client(options satisfies Base); };
`,
    );
  });

  it('takes one of several declarators out', async () => {
    const source = `const a = require('a'), b = require('b'), c = 3;\nexports.f = () => a(b, c);\n`;
    const made = await editedSource(source, 'b', ...cjs);
    assert.equal(
      made,
      `const a = require('a'), c = 3;\nlet bLoaded;\nconst b = () => (bLoaded ??= require('b'));\nexports.f = () => a(b(), c);\n`,
    );
  });

  it('does not join a call to the line before it', async () => {
    const source = `import { f } from 'm'\nexport async function g() {\n  let x = 1\n  x += 1\n  f(x)\n  f(x)\n}\n`;
    const made = await editedSource(source, 'm');
    assert.match(made, /;\(0, m\.f\)\(x\)\n {2};\(0, m\.f\)\(x\)/);
  });

  it('chooses names that are free', async () => {
    const source = `import { f } from 'm';\nconst m = 1, mModule = 2;\nexport const g = async () => f(m, mModule);\n`;
    assert.match(
      await editedSource(source, 'm'),
      /const mModule2 = await import\('m'\); return \(0, mModule2\.f\)\(m, mModule\)/,
    );
  });

  it('makes a diff that git applies', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'coldlens-diff-'));
    try {
      const source = `import { f } from 'm';\r\n${'// line\n'.repeat(20)}export const g = async () => {\n  return f();\n};`;
      writeFileSync(join(directory, 'a.mjs'), source);
      const made = await edit(source, 'm', 'a.mjs');
      assert.equal(made.state, 'edited');
      if (made.state !== 'edited') return;
      const { status, stderr } = spawnSync('git', ['apply', '-'], {
        cwd: directory,
        input: made.diff,
        encoding: 'utf8',
        timeout: 10_000,
      });
      assert.equal(status, 0, stderr);
      assert.equal(readFileSync(join(directory, 'a.mjs'), 'utf8'), made.source);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  describe('refuses', () => {
    const esm = (rest: string): string => `import m, { f } from 'm';\n${rest}\n`;
    const cases: [title: string, source: string, reason: RegExp, file?: string, format?: Format][] = [
      ['a use at module level', esm('export const x = f();'), /`f` is used while the module loads \(line 2\)/],
      ['a use in a sync function', esm('export const g = () => f();'), /used in `g` \(line 2\), which is not async/],
      [
        'a use in a sync method',
        esm('export class A { go() { return f(); } }'),
        /used in `go` \(line 2\), which is not async/,
      ],
      ['a generator', esm('export async function* g() { yield f(); }'), /used in the generator `g`/],
      ["a parameter's default", esm('export const g = async (x = f()) => x;'), /parameter's default in `g`/],
      ['a static block', esm('class A { static { f(); } }'), /by the initialiser of a class/],
      ['a class field', esm('export class A { x = f(); }'), /by the initialiser of a class/],
      ['a decorator', esm('@f class A { async go() { f(); } }'), /by a decorator|while the module loads/],
      ['a computed method name', esm('export class A { async [f()]() {} }'), /while the module loads/],
      ['a superclass', esm('export class A extends m.B { async go() { f(); } }'), /while the module loads/],
      ['an export of a name', esm('export { f };'), /`f` is exported again on line 2/],
      [
        'an export from the module',
        `${esm('export const g = async () => f();')}export * from 'm';`,
        /exports from `m`/,
      ],
      ['an import for side effects', "import 'm';\n", /imported for its side effects/],
      ['an unused import', esm('export const x = 1;'), /nothing uses `m`/],
      [
        'side effects that would overtake',
        `${esm('export const g = async () => f();')}import './patch.js';`,
        /would overtake it/,
      ],
      [
        'attributes',
        "import m from './m.json' with { type: 'json' };\nexport const g = async () => m;",
        /has attributes/,
      ],
      ['JSX', "import { f as F } from 'm';\nexport const g = async () => <F/>;", /`F` is a JSX element/, 'a.jsx'],
      [
        'React itself',
        "import React from 'react';\nexport const g = async () => [React, <b/>];",
        /JSX may use `React`/,
        'a.jsx',
      ],
      ['types alone', "import { T } from 'm';\nexport const g = async (x: T) => x;", /only types of `m`/, 'a.ts'],
      ['eval', esm('export const g = async () => eval("f()");'), /`eval`/],
      ['another module', esm('export const g = async () => f();'), /does not import `n`/],
      ['what is no JavaScript', 'import from from;', /cannot be read/],
      [
        'a dynamic import at module level',
        `${esm('export const g = async () => f();')}const p = import('m');`,
        /by `import\(\)` while it loads itself/,
      ],
      [
        'a require under a condition',
        "if (x) { var m = require('m'); }\nexports.f = () => m();",
        /under a condition/,
        ...cjs,
      ],
      [
        'a required value that is called',
        "const m = require('m')('x');\nexports.f = () => m();",
        /called while the module loads/,
        ...cjs,
      ],
      ['a bare require', "require('m');", /for its side effects/, ...cjs],
      [
        'a required value that is exported',
        "const m = require('m');\nmodule.exports = { m };",
        /used while the module loads/,
        ...cjs,
      ],
      [
        'what is assigned again',
        "let m = require('m');\nexports.f = () => { m = 1; };",
        /assigned again on line 2/,
        ...cjs,
      ],
      ['a pattern with defaults', "const { a = 1 } = require('m');\nexports.f = () => a;", /defaults/, ...cjs],
      ['a rest', "const { a, ...b } = require('m');\nexports.f = () => b;", /a rest/, ...cjs],
      [
        'a require of its own',
        "const require = (x) => x;\nconst m = require('m');\nexports.f = () => m;",
        /name of its own/,
        ...cjs,
      ],
      ['a require in an expression', "exports.m = require('m');", /runs while the module loads/, ...cjs],
      [
        'two requires',
        "const a = require('m');\nconst b = require('m');\nexports.f = () => a + b;",
        /required 2 times/,
        ...cjs,
      ],
      ['what is disposed of', "using m = require('m');\nexports.f = () => m;", /disposed of/, ...cjs],
      [
        "a parameter's decorator",
        "import { f } from 'm';\nclass A { async go(@f() a: string) { return a; } }",
        /by a decorator/,
        'a.ts',
      ],
      ['with', "const m = require('m');\nexports.f = (o) => { with (o) { return m; } };", /`with`/, ...cjs],
      ['a require in a function', "exports.f = () => require('m');", /does not import `m` while it loads/, ...cjs],
      [
        "TypeScript's own import",
        "import m = require('m');\nexport const f = async () => m;",
        /import … = require/,
        'a.cts',
        'commonjs',
      ],
    ];
    for (const [title, source, reason, file, format] of cases) {
      it(title, async () => {
        const wanted = title === 'another module' ? 'n' : (/from '(react|\.\/m\.json)'/.exec(source)?.[1] ?? 'm');
        assert.match(await refusal(source, wanted, file, format), reason);
      });
    }
  });
});

describe('unifiedDiff', () => {
  it('is empty for equal texts', () => assert.equal(unifiedDiff('a\n', 'a\n', 'f'), ''));

  it('tells of a missing last line end', () => {
    assert.equal(unifiedDiff('a', 'b\n', 'f'), '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n');
  });

  it('parts what is far apart into hunks', () => {
    const before = Array.from({ length: 30 }, (_, line) => `${line}\n`);
    const after = before.with(2, 'two\n').toSpliced(20, 1);
    assert.deepEqual(unifiedDiff(before.join(''), after.join(''), 'f').match(/^@@.*$/gm), [
      '@@ -1,6 +1,6 @@',
      '@@ -18,7 +18,6 @@',
    ]);
  });
});
