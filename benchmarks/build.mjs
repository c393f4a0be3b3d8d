/**
 * Bundles what runs inside of functions, where nothing of ours is installed, and the agent's parts that its package does
 * not export. After the compiler: `tsc -b` makes the agent's files.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (file) => fileURLToPath(new URL(file, import.meta.url));

const entries = [
  { source: 'src/probe/probe.ts', outfile: 'dist/probe.cjs', format: 'cjs' },
  { source: 'src/probe/overlay.ts', outfile: 'dist/overlay.cjs', format: 'cjs' },
  { source: 'src/probe/bundled.ts', outfile: 'dist/bundled.mjs', format: 'esm' },
];

for (const { source, outfile, format } of entries) {
  await build({
    entryPoints: [at(source)],
    outfile: at(outfile),
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    // Functions run on it.
    target: 'node20',
    format,
    define: { COLDLENS_NODE: 'true' },
    legalComments: 'none',
    logLevel: 'warning',
  });
}
