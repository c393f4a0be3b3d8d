/** What bundling would do: one file, without resolving and reading hundreds. */
import { basename, extname, join } from 'node:path';
import type { Message } from 'esbuild';
import type { Target } from '../targets/target.ts';
import type { PreparedWhatIf, WhatIfContext, WhatIfKind } from './what-if.ts';

const advice = 'Bundle the function (esbuild --bundle --platform=node --minify --sourcemap).';

const refused = (reason: string): PreparedWhatIf => ({ state: 'refused', advice, reason });

/** The file that the runtime loads. */
const entryOf = (target: Target): string | null => {
  if (target.platform === 'google') return target.source;
  if (target.platform === 'azure') return join(target.appRoot, target.main);
  if (target.platform === 'node') return target.script;
  return target.platform === 'lambda' ? target.file : null;
};

/** The target with the bundle in its entry's place. */
const bundled = (target: Target, directory: string, file: string): Target => {
  const path = join(directory, file);
  if (target.platform === 'google') return { ...target, source: path };
  if (target.platform === 'azure') return { ...target, appRoot: directory, main: file };
  if (target.platform === 'node') return { ...target, script: path };
  if (target.platform !== 'lambda') return target;
  // `folder/file.export` keeps its export.
  const exported = basename(target.handler).split('.').slice(1).join('.');
  return { ...target, taskRoot: directory, handler: `${basename(file, extname(file))}.${exported}` };
};

const prepare = async (_value: string, { target, condition, directory }: WhatIfContext): Promise<PreparedWhatIf> => {
  const entry = entryOf(target);
  if (entry === null) return refused('A Worker is bundled already.');
  const { build } = await import('esbuild');
  const isEsm = extname(entry) !== '.cjs' && (await usesImports(entry));
  const file = `handler.${isEsm ? 'mjs' : 'cjs'}`;
  try {
    await build({
      entryPoints: [entry],
      outfile: join(directory, file),
      bundle: true,
      minify: true,
      sourcemap: true,
      platform: 'node',
      format: isEsm ? 'esm' : 'cjs',
      // Bundled CommonJS asks for `require`, which an ES module does not have.
      ...(isEsm && {
        banner: { js: "import { createRequire as r } from 'node:module';const require=r(import.meta.url);" },
      }),
      // Made by the host, and not to be found on disk.
      external: ['@azure/functions-core'],
      legalComments: 'none',
      logLevel: 'silent',
    });
  } catch (error) {
    const [first] = (error as { errors?: Message[] }).errors ?? [];
    return refused(`It does not bundle: ${first?.text ?? (error as Error).message}`);
  }
  return {
    state: 'ready',
    advice,
    changed: { target: bundled(target, directory, file), condition: { ...condition, name: 'bundled' } },
    unchanged: { target, condition },
  };
};

/** Whether a file is an ES module, as its own statements say. */
const usesImports = async (file: string): Promise<boolean> => {
  const { transform } = await import('esbuild');
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(file, 'utf8');
  const loader = /\.[cm]?tsx?$/.test(file) ? 'ts' : 'js';
  const { code } = await transform(source, { loader, format: 'esm', logLevel: 'silent' });
  return /^\s*(?:import|export)\b/m.test(code) && !/^\s*export default require_/m.test(code);
};

export const bundle: WhatIfKind = { name: 'bundle', help: 'one bundled, minified file', prepare };
