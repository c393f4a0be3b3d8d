/** The preload that gives files another text while they load. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionNodeMajor, itWithEsmTree } from '../../support/function-node.ts';
import { makeProject, overlayFile, probeEnvironment, readRecord, removeProject, run } from './support.ts';

const itWithTypes = functionNodeMajor >= 24 ? itWithEsmTree : itWithEsmTree.bind(null);

describe('overlay', function () {
  this.timeout(30_000);
  let root: string;
  before(() => {
    root = makeProject({
      'a.cjs': "console.log('file');\n",
      'a.mjs': "console.log('file');\n",
      'b.mjs': "import './a.cjs';\nimport './a.mjs';\n",
      'c.cjs': "require('./a.cjs');\nimport('./a.mjs');\n",
      'names.cjs': 'exports.name = 1;\n',
      'names.mjs': "import { name } from './names.cjs';\nconsole.log(name);\n",
      'typed.mts': "const a: string = 'file';\nconsole.log(a);\n",
      'typed.cts': "const a: string = 'file';\nconsole.log(a);\n",
    });
  });
  after(() => removeProject(root));

  const overlay = (texts: Readonly<Record<string, string>>): Record<string, string> => {
    const file = join(root, 'overlay.json');
    writeFileSync(
      file,
      JSON.stringify(Object.fromEntries(Object.entries(texts).map(([name, text]) => [join(root, name), text]))),
    );
    return { NODE_OPTIONS: `--require ${JSON.stringify(overlayFile)}`, COLDLENS_OVERLAY: file };
  };
  const output = async (script: string, texts: Readonly<Record<string, string>>): Promise<string> => {
    const ran = await run([script], root, overlay(texts));
    assert.equal(ran.code, 0, ran.stderr);
    return ran.stdout;
  };

  it('replaces CommonJS, as the main script, required or imported', async () => {
    const text = "console.log('overlay', typeof require, typeof module);\n";
    assert.equal(await output('a.cjs', { 'a.cjs': text }), 'overlay function object\n');
    assert.match(await output('c.cjs', { 'a.cjs': text }), /^overlay function object\n/);
    assert.match(await output('b.mjs', { 'a.cjs': text }), /^overlay function object\n/);
  });

  itWithEsmTree('replaces ES modules, as the main script, imported, or by import()', async () => {
    const text = "console.log('overlay', typeof require, import.meta.filename.slice(-5));\n";
    assert.equal(await output('a.mjs', { 'a.mjs': text }), 'overlay undefined a.mjs\n');
    assert.equal(await output('b.mjs', { 'a.mjs': text }), 'file\noverlay undefined a.mjs\n');
    assert.equal(await output('c.cjs', { 'a.mjs': text }), 'file\noverlay undefined a.mjs\n');
  });

  it('keeps the names that ES modules import from CommonJS', async () => {
    assert.equal(await output('names.mjs', { 'names.cjs': 'exports.name = 2;\n' }), '2\n');
  });

  if (functionNodeMajor >= 24) {
    itWithTypes('replaces TypeScript', async () => {
      const text = "const a: string = 'overlay';\nconsole.log(a);\n";
      assert.equal(await output('typed.mts', { 'typed.mts': text }), 'overlay\n');
      assert.equal(await output('typed.cts', { 'typed.cts': text }), 'overlay\n');
    });
  }

  it('changes nothing by the text that is there', async () => {
    const same = Object.fromEntries(
      ['a.cjs', 'a.mjs', 'c.cjs'].map((name) => [name, readFileSync(join(root, name), 'utf8')]),
    );
    assert.equal(
      await output('c.cjs', functionNodeMajor >= 22 ? same : { 'a.cjs': same['a.cjs'] ?? '' }),
      'file\nfile\n',
    );
  });

  it('ends the process where it cannot read what it was told', async () => {
    const ran = await run(['a.cjs'], root, { ...overlay({}), COLDLENS_OVERLAY: join(root, 'not-there.json') });
    assert.notEqual(ran.code, 0);
    assert.match(ran.stderr, /not-there\.json/);
  });

  it('works beside the probe', async () => {
    const record = join(root, 'record.json');
    const texts = overlay({ 'a.cjs': "require('node:zlib');\n" });
    const probe = probeEnvironment(record);
    await run(['a.cjs'], root, { ...texts, ...probe, NODE_OPTIONS: `${probe.NODE_OPTIONS} ${texts.NODE_OPTIONS}` });
    assert.ok(readRecord(record).nodes.some(({ key }) => key === 'node:zlib'));
  });
});
