/**
 * `node --require probe.cjs` (in NODE_OPTIONS): watches every module that the process loads, in any runtime and without a
 * word in the function, and writes what it saw to `COLDLENS_PROBE_FILE` when the process ends. Says nothing on any stream.
 *
 * Bundled with the agent's parts into one file of CommonJS by build.mjs, since it runs where nothing of ours is installed.
 */
import { userCodeOf } from '../../../agent/dist/modules/begin.js';
import { CjsHooks } from '../../../agent/dist/modules/cjs-hooks.js';
import { EsmHooks } from '../../../agent/dist/modules/esm-hooks.js';
import { keyOfUrl } from '../../../agent/dist/modules/key.js';
import { threadCpuClock } from '../../../agent/dist/modules/meter.js';
import { Packages } from '../../../agent/dist/modules/package-of.js';
import { startProfile } from '../../../agent/dist/modules/profile.js';
import { markUsed } from '../../../agent/dist/modules/unused.js';
import { Watch } from '../../../agent/dist/modules/watch.js';
import { entryMs } from '../../../agent/dist/phases/entry.js';
import { monotonicMs } from '../../../agent/dist/phases/monotonic.js';
import { claim, type Task } from './claim.ts';
import { beforeTheEnd } from './ending.ts';
import { type ProbeRecord, recordVersion } from './record.ts';
import { recordedNodes } from './to-record.ts';
import { countUse } from './use.ts';

// What the function makes of these later does not matter to us.
const { renameSync, writeFileSync, realpathSync } = process.getBuiltinModule('node:fs');
const { stringify } = JSON;
const { execPath, env, pid } = process;

/** Samples are bounded by time: some 60,000 at most. */
const profileMaxMs = 15_000;

/** The file where the user's code begins, under either of its names. */
const isEntry = (entry: string): ((request: { specifier: string; key: string | null }) => boolean) => {
  const names = new Set([entry]);
  try {
    names.add(realpathSync(entry));
  } catch {
    // A file that is not there is the runtime's to complain of.
  }
  return ({ specifier, key }) => names.has(key ?? keyOfUrl(specifier));
};

const watchProcess = ({ file, entry, wantsCoverage, wantsProfile }: Task): void => {
  const startedMs = monotonicMs() - performance.now();
  let beginMs: number | null = null;
  let trouble: string | null = null;
  const profile = wantsProfile ? startProfile() : null;
  let packages: Packages | null = null;
  const packagesHere = (): Packages => {
    packages ??= new Packages(watch.entryKey);
    return packages;
  };
  const use = wantsCoverage ? countUse(({ key }) => packagesHere().of(key).name === '') : null;
  const watch = new Watch({
    clock: monotonicMs,
    cpuClock: threadCpuClock(),
    whenIdle: (then) => void setImmediate(then).unref(),
    isUserCode: entry === null ? userCodeOf(env, process.argv[1] ?? '') : isEntry(entry),
    onBegin: (atMs) => {
      beginMs = atMs;
      if (watch.ledger) use?.follow(watch.ledger);
    },
  });
  const esm = new EsmHooks(watch);
  const cjs = new CjsHooks(watch, esm);

  const recordOf = (): ProbeRecord => {
    watch.end();
    const { ledger, entryKey } = watch;
    const nodes = ledger?.nodes ?? new Map();
    if (use) markUsed(nodes, use.take(), packagesHere());
    return {
      version: recordVersion,
      node: execPath,
      pid,
      seesEsm: EsmHooks.isPossible,
      startedMs,
      probeMs: preloadMs,
      beginMs,
      writtenMs: monotonicMs(),
      entryKey,
      nodes: recordedNodes([...nodes.values()]),
      dropped: ledger?.dropped ?? 0,
      ownMs: ledger?.ownMs ?? 0,
      profile: profile?.stop() ?? null,
      trouble,
    };
  };
  const write = (): void => {
    try {
      // Renamed, so that whoever finds the file finds all of it.
      writeFileSync(`${file}.part`, stringify(recordOf()), { flag: 'wx' });
      renameSync(`${file}.part`, file);
    } catch {
      // There is nowhere to say it but in the file that cannot be written: the parent says that it was not.
    }
  };

  beforeTheEnd(write);
  try {
    watch.installMarks();
    esm.on();
    cjs.on();
  } catch (error) {
    watch.end();
    trouble = String(error);
  }
  if (profile) setTimeout(() => profile.stop(), profileMaxMs).unref();
  const preloadMs = monotonicMs() - entryMs;
};

const task = claim(env, __filename);
if (task) {
  try {
    watchProcess(task);
  } catch {
    // A process that cannot be watched runs as if nobody had tried. The parent finds no record, and says so.
  }
}
