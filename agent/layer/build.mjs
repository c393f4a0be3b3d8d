/** Makes `agent/dist/layer.zip`, the Lambda layer for Node runtimes, of what `npm run build` made. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { zip } from './zip.mjs';

const agent = fileURLToPath(new URL('..', import.meta.url));
const target = join(agent, 'dist/layer.zip');
const maxBytes = 200 * 1024;
const packageRoot = 'nodejs/node_modules/@coldlens/agent';

const file = (path, content, mode = 0o644) => ({ path, content: Buffer.from(content), mode });

/** One small file: an extension's own start is part of the cold start. */
const extension = async () => {
  const { outputFiles } = await build({
    entryPoints: [join(agent, 'dist/extension/main.js')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    define: { COLDLENS_ESM: 'false' },
  });
  return outputFiles[0].contents;
};

/** Entries for other platforms than Lambda, and for programs that look at a module tree. */
const elsewhere = ['azure', 'workers', 'modules/index'];

/** The bundled entries; what the compiler emitted file by file is for programs that bundle it themselves. */
const bundles = () =>
  readdirSync(join(agent, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(mjs|cjs)$/.test(name) && !elsewhere.includes(name.split('.')[0] ?? ''))
    .sort();

/** Of the package's entries those that the layer has. */
const packageJson = () => {
  const { name, version, license, type, exports } = JSON.parse(readFileSync(join(agent, 'package.json'), 'utf8'));
  const here = new Set(bundles().map((bundle) => `./dist/${bundle}`));
  const reduced = Object.entries(exports).flatMap(([entry, conditions]) => {
    const kept = Object.entries(conditions).filter(([, path]) => here.has(path));
    return kept.length > 0 ? [[entry, Object.fromEntries(kept)]] : [];
  });
  return JSON.stringify({ name, version, license, type, exports: Object.fromEntries(reduced) }, null, 2);
};

const read = (path) => readFileSync(join(agent, path));

const archive = zip([
  file('coldlens', read('layer/coldlens'), 0o755),
  file('extensions/coldlens', read('layer/extension.sh'), 0o755),
  file('coldlens-extension/main.cjs', await extension()),
  file(`${packageRoot}/package.json`, packageJson()),
  ...bundles().map((name) => file(`${packageRoot}/dist/${name}`, read(`dist/${name}`))),
]);
if (archive.length > maxBytes) throw new Error(`the layer has ${archive.length} bytes, more than ${maxBytes}`);
writeFileSync(target, archive);
console.log(`${target}: ${(archive.length / 1024).toFixed(1)} kB`);
