import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rollup } from '@rollup/wasm-node';
import { type BuildOptions, build } from 'esbuild';
import webpack from 'webpack';
import { itWithEsmTree } from '../../support/function-node.ts';
import {
  accountedMs,
  durationMs,
  makeAppFolder,
  registerFile,
  removeAppFolder,
  runWatched,
  type WatchedRun,
} from '../../support/watched-app.ts';

/** Long enough for hundreds of samples, in functions, as real modules work. */
const works = (ms: number): string =>
  [
    `function spin() {`,
    `  let sum = 0;`,
    `  const until = performance.now() + ${ms};`,
    `  while (performance.now() < until) {`,
    `    for (let at = 0; at < 1000; at += 1) sum += Math.sqrt(at);`,
    `  }`,
    `  return sum;`,
    `}`,
    `export const result = spin();`,
  ].join('\n');

const files = {
  'src/index.js': [
    `import { coldlens } from '@coldlens/agent';`,
    `import { result as heavy } from 'heavy';`,
    `import { result as light } from '@acme/light';`,
    `import { result as own } from './own.js';`,
    `coldlens(async () => heavy + light + own)();`,
  ].join('\n'),
  'src/own.js': works(20),
  'node_modules/heavy/package.json': '{"name":"heavy","version":"3.2.1","type":"module","main":"lib/index.js"}',
  'node_modules/heavy/lib/index.js': works(80),
  'node_modules/@acme/light/package.json': '{"name":"@acme/light","version":"0.1.0","type":"module","main":"index.js"}',
  'node_modules/@acme/light/index.js': works(40),
};

const external = ['@coldlens/agent'];

const withEsbuild =
  (options: BuildOptions) =>
  async (folder: string): Promise<void> => {
    const { metafile } = await build({
      absWorkingDir: folder,
      entryPoints: ['src/index.js'],
      outfile: 'out.mjs',
      bundle: true,
      format: 'esm',
      platform: 'node',
      external,
      ...options,
    });
    if (metafile) writeFileSync(join(folder, 'out.mjs.meta.json'), JSON.stringify(metafile));
  };

const withRollup = async (folder: string): Promise<void> => {
  const bundle = await rollup({
    input: join(folder, 'src/index.js'),
    external,
    // Rollup has no resolver of its own for packages.
    plugins: [
      {
        name: 'packages',
        resolveId: (id) =>
          ({
            heavy: join(folder, 'node_modules/heavy/lib/index.js'),
            '@acme/light': join(folder, 'node_modules/@acme/light/index.js'),
          })[id] ?? null,
      },
    ],
  });
  await bundle.write({ file: join(folder, 'out.mjs'), format: 'es', sourcemap: true });
  await bundle.close();
};

const withWebpack = async (folder: string): Promise<void> => {
  const compiler = webpack({
    context: folder,
    entry: './src/index.js',
    mode: 'production',
    target: 'node',
    devtool: 'source-map',
    experiments: { outputModule: true },
    externals: { '@coldlens/agent': 'module @coldlens/agent' },
    output: { path: folder, filename: 'out.mjs', module: true, library: { type: 'module' } },
  });
  if (!compiler) throw new Error('webpack gave no compiler');
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  if (stats?.hasErrors()) throw new Error(stats.toString());
};

/** What bundles, and the file that comes of it. */
const bundlers: Record<string, [(folder: string) => Promise<void>, 'out.mjs' | 'out.cjs']> = {
  'esbuild with a source map': [withEsbuild({ sourcemap: true }), 'out.mjs'],
  'esbuild, minified, with an inline source map': [withEsbuild({ sourcemap: 'inline', minify: true }), 'out.mjs'],
  'esbuild to CommonJS with a source map': [
    withEsbuild({ sourcemap: true, format: 'cjs', outfile: 'out.cjs' }),
    'out.cjs',
  ],
  'esbuild with a metafile only': [withEsbuild({ metafile: true }), 'out.mjs'],
  'esbuild, minified, with a metafile only': [withEsbuild({ metafile: true, minify: true }), 'out.mjs'],
  'rollup with a source map': [withRollup, 'out.mjs'],
  'webpack with a source map': [withWebpack, 'out.mjs'],
};

const selfMsOf = ({ modules }: WatchedRun, name: string): number => {
  const found = modules.find(({ attributes }) => attributes['coldlens.module.name'] === name);
  assert.ok(found, `${name} is not among ${modules.map((span) => span.name)}`);
  assert.equal(found.attributes['coldlens.module.source'], 'profile');
  return Number(found.attributes['coldlens.module.self_ms']);
};

describe('bundles', () => {
  let folder = '';
  beforeEach(() => {
    folder = makeAppFolder(files);
  });
  afterEach(() => removeAppFolder(folder));

  for (const [name, [bundle, file]] of Object.entries(bundlers)) {
    const itHere = file === 'out.cjs' ? it : itWithEsmTree;
    itHere(`are seen through in a profile: ${name}`, async function () {
      // The loops end by the clock: one that lost the CPU to another process may be over when it gets it back, and that
      // time is then in the next module's sample.
      this.retries(2);
      await bundle(folder);
      const run = await runWatched(folder, file, { environment: { COLDLENS_PROFILE: '1' } });
      assert.equal(run.init.attributes['coldlens.modules'], 'bundled');
      assert.equal(run.init.attributes['coldlens.modules.hint'], undefined);
      const near = (value: number, ms: number): void =>
        assert.ok(Math.abs(value - ms) < ms * 0.15 + 4, `${value} should be about ${ms}`);
      near(selfMsOf(run, 'heavy/lib/index.js'), 80);
      near(selfMsOf(run, '@acme/light/index.js'), 40);
      near(selfMsOf(run, 'src/own.js'), 20);
      const heavy = run.modules.find((span) => span.name === 'heavy/lib/index.js');
      assert.equal(heavy?.attributes['coldlens.module.package_version'], '3.2.1');
      const share = accountedMs(run.modules) / durationMs(run.init);
      assert.ok(Math.abs(share - 1) < 0.05, `the modules make ${share} of the init`);
    });
  }

  it('without a map say so, and what would show the modules', async () => {
    writeFileSync(join(folder, 'src/own.js'), `import legacy from './legacy.cjs'; export const result = legacy.a;`);
    writeFileSync(join(folder, 'src/legacy.cjs'), 'exports.a = Math.random();');
    await withEsbuild({ minify: true, format: 'cjs', outfile: 'out.cjs' })(folder);
    const { init } = await runWatched(folder, 'out.cjs');
    assert.equal(init.attributes['coldlens.modules'], 'bundled');
    assert.match(String(init.attributes['coldlens.modules.hint']), /source map.*COLDLENS_PROFILE=1/);
  });

  itWithEsmTree('with a map say that a profile would show the modules', async () => {
    await withEsbuild({ sourcemap: true })(folder);
    const { init } = await runWatched(folder, 'out.mjs');
    assert.equal(init.attributes['coldlens.modules'], 'bundled');
    assert.equal(init.attributes['coldlens.modules.hint'], 'COLDLENS_PROFILE=1');
  });

  it('keep the places of a source map that is in use', async () => {
    const shows = `export const result = 1;\nconsole.log(new Error('x').stack.split('\\n')[1].replace(/.*own/, 'own'));`;
    writeFileSync(join(folder, 'src/own.js'), shows);
    await withEsbuild({ sourcemap: true, minify: true })(folder);
    const { stdout } = await runWatched(folder, 'out.mjs', {
      args: ['--enable-source-maps', '--import', registerFile],
    });
    assert.match(stdout, /^own\.js:2:13/);
  });
});
