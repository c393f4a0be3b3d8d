/**
 * Bundles the dashboard with Ink and all that Ink is made of, after the compiler: five hundred files take a third of a second
 * and 40 MB to load one by one. What else of tui is in it is there twice, which nothing depends on; coldlens' other packages
 * stay what they are.
 */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Ink's frames are made of whole lines here, for which it has no setting. */
const wholeLines = {
  name: 'ink draws whole lines',
  setup({ onLoad, onEnd }) {
    let isReplaced = false;
    onLoad({ filter: /[\\/]ink[\\/]build[\\/]output\.js$/ }, () => {
      isReplaced = true;
      return { contents: `export { default } from './whole-lines.ts';`, loader: 'js', resolveDir: at('src/app') };
    });
    onEnd(() => {
      if (!isReplaced) throw new Error('Ink has no build/output.js any more: look at what this version draws into');
    });
  },
};

// The compiler's, which is of its own output.
await rm(at('dist/dashboard.js.map'), { force: true });
await build({
  entryPoints: [at('src/dashboard.tsx')],
  outfile: at('dist/dashboard.js'),
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  jsx: 'automatic',
  plugins: [wholeLines],
  // React's developer tools are not installed; Ink asks for them where DEV is set.
  external: ['@coldlens/*', './devtools.js'],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // What is CommonJS in it requires Node's own modules.
  banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  legalComments: 'linked',
  logLevel: 'warning',
});
