/** Are the optional packages there: the engine, AWS's runtime client, and what is needed to build it? */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { findRuntimeClient } from '@coldlens/benchmarks';
import { type CheckContext, type Finding, fail, ok, warn } from './check.ts';

/** From where the collector would find its optional packages. */
const collectorRequire = createRequire(import.meta.resolve('@coldlens/collector'));

/** Loads the binding and finds the library. Whether the library runs is seen when a data directory is opened. */
export function checkEngine({ clickhouse }: CheckContext): Finding {
  try {
    collectorRequire('ffi-rs');
    const { libchdbPath } = collectorRequire('chdb/libchdb') as { libchdbPath(): string };
    const library = libchdbPath();
    if (!existsSync(library)) throw new Error(`${library} does not exist`);
    const { version } = collectorRequire('chdb/package.json') as { version: string };
    return ok(`chdb ${version}, ${Math.round(statSync(library).size / 1_048_576)} MB, ${library}`);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    const detail = `the embedded ClickHouse cannot be loaded: ${reason}`;
    return clickhouse === undefined
      ? fail(detail, 'use a server with --clickhouse URL, or run npm ci again on Linux with glibc or on macOS')
      : warn(detail, 'nothing while --clickhouse is used');
  }
}

export function checkRuntimeClient(): Finding {
  const { name, description } = findRuntimeClient();
  if (name === 'aws-lambda-ric') return ok(description);
  return warn(description, 'see build tools; then run npm ci again');
}

const buildTools = ['cmake', 'g++', 'make', 'python3'];

/** Only asked when the runtime client has to be built. */
export function checkBuildTools({ path }: CheckContext): Finding | undefined {
  if (findRuntimeClient().name === 'aws-lambda-ric') return undefined;
  const missing = buildTools.filter((tool) => !path.split(delimiter).some((folder) => isProgram(join(folder, tool))));
  if (missing.length === 0) return ok(`${buildTools.join(', ')} are there`);
  return warn(`missing: ${missing.join(', ')}`, `install ${missing.join(', ')} if you want AWS's own runtime client`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not for us: either way not a program that can be run.
    return false;
  }
}
