/** Lets Node 20, which cannot strip types itself, load the tests: `--require` it. */
const { readFileSync } = require('node:fs');
const { pathToFileURL } = require('node:url');
const { transformSync } = require('esbuild');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    sourcefile: file,
    sourcemap: 'inline',
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(file).href) },
  });
  module._compile(code, file);
};
