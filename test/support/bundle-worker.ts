/** Bundles a Worker as Cloudflare's own tool does: the conditions decide which build of a package it gets. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @returns the bundle's path */
export const bundleWorker = async (fixture: string): Promise<string> => {
  const entry = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
  const outfile = join(tmpdir(), `coldlens-worker-${process.pid}-${fixture.replaceAll('/', '-')}`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    platform: 'neutral',
    logLevel: 'error',
  });
  return outfile;
};
