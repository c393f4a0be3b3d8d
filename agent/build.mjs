/**
 * Bundles the agent from what the compiler emitted: each entry as one small file, in both module systems.
 * What is needed only after the first response stays a file of its own (`after`, `modules/explain`), which the others
 * import when they need it.
 */
import { build } from 'esbuild';

const formats = [
  { format: 'esm', ending: 'mjs' },
  { format: 'cjs', ending: 'cjs' },
];

/** Entry, module systems, packages that the user brings. */
const entries = [
  { name: 'index', endings: ['mjs', 'cjs'] },
  { name: 'after', endings: ['cjs'] },
  { name: 'auto', endings: ['mjs'] },
  { name: 'auto-handler', endings: ['mjs'] },
  { name: 'azure', endings: ['mjs', 'cjs'] },
  // Comes before the user's code, by `--import` or `--require`: both take CommonJS.
  { name: 'register', endings: ['cjs'] },
  { name: 'modules/explain', endings: ['cjs'] },
  { name: 'modules/index', endings: ['mjs'] },
  { name: 'otel', endings: ['cjs'], external: ['@opentelemetry/*'] },
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
  { source: 'index', importers: ['azure'], file: (ending) => `./index.${ending}` },
];

const apart = (entry, ending) => ({
  name: 'apart',
  setup({ onResolve }) {
    for (const { source, importers, file } of shared) {
      if (importers && !importers.includes(entry)) continue;
      onResolve({ filter: new RegExp(`(?:^|/)${source}\\.js$`) }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: file(ending), external: true },
      );
    }
  },
});

for (const { name, endings, external = [], platform = 'node' } of entries) {
  for (const { format, ending } of formats.filter((known) => endings.includes(known.ending))) {
    await build({
      entryPoints: [`dist/${name}.js`],
      outfile: `dist/${name}.${ending}`,
      bundle: true,
      minify: true,
      platform,
      target: 'node20',
      format,
      external,
      legalComments: 'none',
      logLevel: 'warning',
      define: { COLDLENS_ESM: String(format === 'esm') },
      // A CommonJS process must not start the ES module loader for our sake.
      supported: { 'dynamic-import': format === 'esm' },
      plugins: [apart(name, ending)],
    });
  }
}
