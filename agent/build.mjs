/**
 * Bundles the agent from what the compiler emitted: each entry as one small file, in both module systems.
 * What is needed only after the first response (`after`, `modules/explain`), or by some calls only (`forms`), stays a
 * file of its own, which the others load when they need it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { eager } from './eager.mjs';

const formats = [
  { format: 'esm', ending: 'mjs' },
  { format: 'cjs', ending: 'cjs' },
];

/** Entry, module systems, what it exports in CommonJS, packages that the user brings; hot is what runs while a caller waits. */
const entries = [
  { name: 'index', endings: ['mjs', 'cjs'], names: ['coldlens', 'default'], isHot: true },
  {
    name: 'after',
    endings: ['cjs'],
    names: ['endpointOf', 'enqueue', 'exportAll', 'platform', 'resourceOf', 'spansOf', 'tokenOf'],
  },
  { name: 'forms', endings: ['cjs'], names: ['callInForm'] },
  { name: 'auto', endings: ['mjs'] },
  { name: 'auto-handler', endings: ['mjs'] },
  { name: 'azure', endings: ['mjs', 'cjs'], names: ['coldlens', 'instrument'] },
  // Comes before the user's code, by `--import` or `--require`: both take CommonJS.
  { name: 'register', endings: ['cjs'] },
  { name: 'modules/explain', endings: ['cjs'], names: ['explain'] },
  { name: 'modules/index', endings: ['mjs'] },
  { name: 'otel', endings: ['cjs'], names: ['startOtel'], external: ['@opentelemetry/*'] },
  { name: 'vocabulary', endings: ['mjs'] },
  // Cloudflare's runtime: neutral, so that an import from Node is an error.
  { name: 'workers', endings: ['mjs'], platform: 'neutral' },
];

/**
 * Modules that stay files of their own wherever they are imported. CommonJS where both systems share one: ES modules can
 * import it, and the package holds it once.
 */
const shared = [
  { source: 'after', file: () => './after.cjs' },
  { source: 'modules/explain', file: () => './modules/explain.cjs' },
  { source: 'forms', ending: 'cjs', file: () => './forms.cjs' },
  { source: 'index', importers: ['azure'], file: (ending) => `./index.${ending}` },
];

const apart = (entry, ending) => ({
  name: 'apart',
  setup({ onResolve }) {
    if (ending === 'cjs')
      onResolve({ filter: /lazy\/load-/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, dirname(path), 'cjs', basename(path)),
      }));
    for (const { source, importers, ending: only = ending, file } of shared) {
      if (only !== ending || (importers && !importers.includes(entry))) continue;
      onResolve({ filter: new RegExp(`(?:^|/)${source}\\.js$`) }, ({ kind, importer }) =>
        kind === 'entry-point' || importer.endsWith('<stdin>') ? undefined : { path: file(ending), external: true },
      );
    }
  },
});

/**
 * An entry in CommonJS whose exports are assigned one by one: the bundler's way, with a getter each, is code that a cold
 * start would run for nothing.
 */
const plainExports = (name, names) => ({
  resolveDir: 'dist',
  contents: [
    // Or the handler's `this` would not be what it was.
    `'use strict';`,
    `import * as all from './${name}.js';`,
    ...names.map((exported) => `exports.${exported} = all.${exported};`),
  ].join('\n'),
});

for (const { name, names, isHot, endings, external = [], platform = 'node' } of entries) {
  for (const { format, ending } of formats.filter((known) => endings.includes(known.ending))) {
    const outfile = `dist/${name}.${ending}`;
    await build({
      ...(names && format === 'cjs'
        ? { stdin: plainExports(name, names), logOverride: { 'commonjs-variable-in-esm': 'silent' } }
        : { entryPoints: [`dist/${name}.js`] }),
      outfile,
      bundle: true,
      minify: true,
      platform,
      define: { COLDLENS_NODE: String(platform === 'node') },
      target: 'node20',
      format,
      external,
      legalComments: 'none',
      logLevel: 'warning',
      plugins: [apart(name, ending)],
    });
    if (isHot) await writeFile(outfile, eager(await readFile(outfile, 'utf8')));
  }
}

/** Types that only our own packages use; their text is in the sources, and would be a tenth of the package. */
const internalTypes = [
  'vocabulary',
  'modules/index',
  'modules/node',
  'modules/package-of',
  'modules/rollup',
  'modules/unused',
];

for (const file of internalTypes.map((name) => `dist/${name}.d.ts`)) {
  const text = await readFile(file, 'utf8');
  const bare = text.replace(/^\s*\/\*\*.*?\*\/\n/gms, '');
  // Untouched, or everything that depends on it would be compiled again.
  if (bare !== text) await writeFile(file, bare);
}
