/** Makes what a runtime can load from what people write: TypeScript compiled, bundles as the project's own tool makes them. */
import { basename, extname, join } from 'node:path';
import type { BuildOptions, Message } from 'esbuild';
import { usage } from '../cli/usage.ts';

/** The oldest Node that functions are measured on. */
const oldestNode = 'node20';

/**
 * @param source absolute
 * @param options over the standard: bundled from the project's own files, packages left where they are, source map beside it
 * @returns path of the file
 * @throws `Trouble` with exit code 2 when it does not compile
 */
export const compile = async (
  source: string,
  directory: string,
  format: 'esm' | 'cjs',
  options: BuildOptions = {},
): Promise<string> => {
  const { build } = await import('esbuild');
  const outfile = join(directory, `${basename(source, extname(source))}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  try {
    await build({
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: oldestNode,
      sourcemap: 'linked',
      legalComments: 'none',
      ...options,
      entryPoints: [source],
      outfile,
      format,
      logLevel: 'silent',
    });
  } catch (error) {
    const [first] = (error as { errors?: Message[] }).errors ?? [];
    if (!first) throw error;
    const place = first.location ? `${first.location.file}:${first.location.line}` : source;
    throw usage(
      `${place} cannot be compiled: ${first.text.replace(/\.$/, '')}.`,
      'Mend it, or name a file that is built.',
      error,
    );
  }
  return outfile;
};
