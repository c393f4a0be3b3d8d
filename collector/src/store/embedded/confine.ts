/**
 * Shuts the engine's process into its data directory, where the kernel can (Linux 5.19 and later, Landlock): it can then
 * open no other file and reach no other server, whoever asks it to. ClickHouse's own rights stop table functions, but in a
 * library it lets every user read every file through the function `file`.
 *
 * https://docs.kernel.org/userspace-api/landlock.html; numbers of system calls and rights are those of linux/landlock.h.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Calls `syscall` of the C library with whole numbers and buffers. */
export type SystemCall = (number: number, ...args: readonly (number | Buffer)[]) => number;

const createRuleset = 444;
const addRule = 445;
const restrictSelf = 446;
/** Of x64 and of arm64. */
const prctl: Readonly<Record<string, number>> = { x64: 157, arm64: 167 };
const setNoNewPrivileges = 38;

const rulePathBeneath = 1;
const ruleNetPort = 2;

const readFile = 1 << 2;
const readDirectory = 1 << 3;
const writeFile = 1 << 1;
/** Those of Landlock's third version: to run, read, write, make, remove, move and cut files. */
const everyRight = (1 << 15) - 1;
/** Moving files between directories, which REPLACE PARTITION does, can be allowed since the second. */
const leastVersion = 2;
const versionWithTruncate = 3;
const versionWithNetwork = 4;
const bindTcp = 1;
const connectTcp = 2;

const openPath = 0x20_0000;

/**
 * What the engine reads beside its data: figures of the machine, time zones, its own code. Not all of /proc, which holds the
 * variables of other processes.
 */
const readable: readonly string[] = [
  '/proc/self',
  ...['meminfo', 'cpuinfo', 'stat', 'loadavg', 'uptime', 'vmstat', 'diskstats', 'sys'].map((name) => `/proc/${name}`),
  '/sys',
  '/dev/urandom',
  '/dev/random',
  '/dev/zero',
  '/etc/localtime',
  '/usr/share/zoneinfo',
  '/usr/lib',
  '/lib',
  '/lib64',
];

/** @returns 0 where the kernel has none */
export function landlockVersion(call: SystemCall): number {
  const version = process.platform === 'linux' && prctl[process.arch] ? call(createRuleset, 0, 0, 1) : 0;
  return version >= leastVersion ? version : 0;
}

/**
 * From now on, for this thread and those that it starts.
 * @returns whether the kernel does it
 */
export function confine(
  call: SystemCall,
  { directory, port, alsoReadable }: { directory: string; port: number; alsoReadable: readonly string[] },
): boolean {
  const version = landlockVersion(call);
  if (version === 0) return false;
  const rights = version >= versionWithTruncate ? everyRight : everyRight & ~(1 << 14);
  const hasNetwork = version >= versionWithNetwork;
  const ruleset = call(
    createRuleset,
    uint64(rights, ...(hasNetwork ? [bindTcp | connectTcp] : [])),
    hasNetwork ? 16 : 8,
    0,
  );
  if (ruleset < 0) return false;
  const rules = [
    allow(call, ruleset, directory, rights),
    // Those that are not there need no rule.
    ...[...readable, ...alsoReadable].map((path) => allow(call, ruleset, path, readFile | readDirectory) || true),
    allow(call, ruleset, '/dev/null', readFile | writeFile),
    ...(hasNetwork ? [call(addRule, ruleset, ruleNetPort, uint64(bindTcp, port), 0) === 0] : []),
  ];
  const isRestricted =
    rules.every((isThere) => isThere) &&
    call(prctl[process.arch] ?? 0, setNoNewPrivileges, 1, 0, 0, 0) === 0 &&
    call(restrictSelf, ruleset, 0) === 0;
  closeSync(ruleset);
  return isRestricted;
}

/** Files have fewer rights than folders. */
function allow(call: SystemCall, ruleset: number, path: string, rights: number): boolean {
  for (const some of [rights, rights & ~readDirectory]) {
    let file: number;
    try {
      file = openSync(path, constants.O_RDONLY | openPath);
    } catch {
      return false;
    }
    const rule = Buffer.alloc(12);
    rule.writeBigUInt64LE(BigInt(some), 0);
    rule.writeInt32LE(file, 8);
    const added = call(addRule, ruleset, rulePathBeneath, rule, 0);
    closeSync(file);
    if (added === 0) return true;
  }
  return false;
}

const uint64 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * index);
  return bytes;
};

/** What a program and a library need of their own folders. */
export const foldersOf = (...files: readonly string[]): string[] => files.map((file) => dirname(file));
