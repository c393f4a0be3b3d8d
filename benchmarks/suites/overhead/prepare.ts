/** Puts the packed agent, the floor and the bundled OpenTelemetry where the handlers find them: what ships is measured. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Trouble } from '@coldlens/collector';
import { generateApp } from './generated-app.ts';

const run = promisify(execFile);
/** Seen from `dist/suites/overhead`. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const peers = join(root, 'benchmarks/peers');
const scope = join(peers, 'node_modules/@coldlens');

/** Directory of the handlers: the task root of every variant. */
export const taskRoot = join(peers, 'handlers');

const installPeers = async (): Promise<void> => {
  if (existsSync(join(peers, 'node_modules/dd-trace/package.json'))) return;
  await run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: peers, timeout: 5 * 60_000 });
};

/** @returns the size of the tarball in kB (1,000 bytes) */
const unpackAgent = async (): Promise<number> => {
  const directory = await mkdtemp(join(tmpdir(), 'coldlens-pack-'));
  try {
    const options = { cwd: join(root, 'agent'), timeout: 60_000 };
    await run('npm', ['pack', '--pack-destination', directory, '--loglevel=error'], options);
    const [file] = (await readdir(directory)).filter((name) => name.endsWith('.tgz'));
    if (!file) throw new Trouble('npm pack made no file of the agent.', 'Run npm run build first.');
    const tarball = join(directory, file);
    await rm(join(scope, 'agent'), { recursive: true, force: true });
    await mkdir(join(scope, 'agent'), { recursive: true });
    await run('tar', ['xzf', tarball, '-C', join(scope, 'agent'), '--strip-components=1'], { timeout: 30_000 });
    return (await stat(tarball)).size / 1_000;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/**
 * The floor: a file of the agent's size and form that does nothing. Its text is the agent's own, inside a function that
 * is never called, so that the engine scans as much.
 */
const makeFloor = async (): Promise<void> => {
  const agent = await readFile(join(scope, 'agent/dist/index.cjs'), 'utf8');
  const floor = join(scope, 'floor');
  await mkdir(join(floor, 'dist'), { recursive: true });
  const manifest = { name: '@coldlens/floor', version: '0.0.0', exports: { '.': { require: './dist/index.cjs' } } };
  await writeFile(join(floor, 'package.json'), JSON.stringify(manifest));
  const text = `exports.coldlens = (handler) => handler;\nfunction neverCalled(module, exports) {${agent}\n}\n`;
  await writeFile(join(floor, 'dist/index.cjs'), text);
};

/** Modules of the applications under which `register` is measured. */
export const appModules = 700;

const endings = {
  cjs: {
    bare: `exports.handler = require('../../work.cjs');`,
    coldlens: `exports.handler = require('@coldlens/agent').coldlens(require('../../work.cjs'));`,
  },
  esm: {
    bare: `export { default as handler } from '../../work.cjs';`,
    coldlens: `import { coldlens } from '@coldlens/agent';\nimport work from '../../work.cjs';\nexport const handler = coldlens(work);`,
  },
} as const;

/** `generated/app-<kind>/<bare or coldlens>`: the same application with and without the agent. */
const makeApps = (): void => {
  for (const kind of ['cjs', 'esm'] as const) {
    const directory = join(taskRoot, `generated/app-${kind}`);
    for (const [entry, tail] of Object.entries(endings[kind]))
      generateApp(directory, { kind, modules: appModules, tail, entry });
  }
};

const bundleOtel = async (): Promise<void> => {
  const output = join(taskRoot, 'generated/otel-bundled.cjs');
  const options = [
    '--bundle',
    '--minify',
    '--platform=node',
    '--format=cjs',
    '--log-level=error',
    `--outfile=${output}`,
  ];
  const esbuild = join(root, 'node_modules/.bin/esbuild');
  await run(esbuild, [join(taskRoot, 'otel-bundled.src.cjs'), ...options], { timeout: 60_000 });
};

export interface Prepared {
  packedKb: number;
  /** Exact versions of everything measured. */
  versions: Record<string, string>;
}

/** @throws {@link Trouble} when something cannot be installed or built */
export const prepare = async (): Promise<Prepared> => {
  await installPeers();
  const packedKb = await unpackAgent();
  await makeFloor();
  await bundleOtel();
  makeApps();
  const manifest = JSON.parse(await readFile(join(peers, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return { packedKb, versions: manifest.dependencies };
};
