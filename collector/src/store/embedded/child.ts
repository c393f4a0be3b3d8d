/**
 * Entry of the child process that is the embedded ClickHouse: `node child.js DIRECTORY PORT CONFIG_FILE`. With `TCP_PORT`
 * behind, it also speaks to other servers, such as those of a cluster that the file describes. Tests also run it without a
 * file, as a server that everyone on this machine may use.
 *
 * It calls the library's command line (`chdb_query_cmdline`) with a query that opens the HTTP interface and then reads
 * stdin to its end, so the server lives as long as the pipe that its parent holds, a parent killed by SIGKILL included.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { confine, foldersOf } from './confine.ts';
import { engineMissingCode } from './engine-exit.ts';

/** The parts of ffi-rs in use; written down here so that building needs none of the optional packages. */
interface Ffi {
  DataType: { External: unknown; I32: unknown; I64: unknown; StringArray: unknown; String: unknown; U8Array: unknown };
  open(library: { library: string; path: string }): void;
  load(call: {
    library: string;
    funcName: string;
    retType: unknown;
    paramsType: unknown[];
    paramsValue: unknown[];
  }): unknown;
  isNullPointer(pointer: unknown): boolean;
}

const library = 'chdb';
const lowPriority = 5;

const [directory, port, configFile, tcpPort] = process.argv.slice(2);
if (directory === undefined || port === undefined)
  throw new Error('usage: child.js DIRECTORY PORT [CONFIG_FILE [TCP_PORT]]');

// Where the processor is short, taking what comes in goes before storing it: the buffer keeps it meanwhile. Threads
// have the priority of the one that starts them, so this comes before the engine. Three to one, and not more: 10 would
// leave the engine a tenth of a busy machine, and questions are asked of it too.
setPriority(lowPriority);
giveWayAsGroup(lowPriority);

const { ffi, libraryPath } = loadEngine();
ffi.open({ library, path: libraryPath });
// '' = the process itself, which has the C library in it.
ffi.open({ library: 'c', path: '' });
// A server of a cluster reaches the others; one without a file is a test's own.
if (configFile !== undefined && tcpPort === undefined) {
  const alsoReadable = foldersOf(configFile, libraryPath, process.execPath);
  confine(systemCall, { directory, port: Number(port), alsoReadable });
}
runServer(directory, port, configFile);

/**
 * Linux may share the processor out among sessions first, and among the threads of each only then. This is a session of its own,
 * so a thread's priority says nothing there; the session's does (sched(7), autogroup).
 */
function giveWayAsGroup(nice: number): void {
  try {
    writeFileSync('/proc/self/autogroup', `${nice}`);
  } catch {
    // No such file, no such groups: the threads' priority is what counts.
  }
}

function loadEngine(): { ffi: Ffi; libraryPath: string } {
  const require = createRequire(import.meta.url);
  try {
    const { libchdbPath } = require('chdb/libchdb') as { libchdbPath(): string };
    return { ffi: require('ffi-rs') as Ffi, libraryPath: libchdbPath() };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(engineMissingCode);
  }
}

/** Returns when stdin ends or the server cannot start. */
function runServer(path: string, httpPort: string, configuration: string | undefined): void {
  const args = [
    'clickhouse',
    '--path',
    path,
    '--listen_host=127.0.0.1',
    `--http_port=${httpPort}`,
    ...(configuration === undefined ? [] : [`--config-file=${configuration}`]),
    ...(tcpPort === undefined ? [] : [`--tcp_port=${tcpPort}`]),
    '--query',
    `SYSTEM START LISTEN HTTP; ${tcpPort === undefined ? '' : 'SYSTEM START LISTEN TCP; '}SELECT count() FROM file('stdin', 'LineAsString')`,
  ];
  const { External, I32, StringArray } = ffi.DataType;
  const result = call('chdb_query_cmdline', External, [I32, StringArray], [args.length, args]);
  if (ffi.isNullPointer(result)) return;
  // Read the pointer first: a String return type on a NULL result crashes the process.
  if (ffi.isNullPointer(call('chdb_result_error', External, [External], [result]))) return;
  process.stderr.write(`${call('chdb_result_error', ffi.DataType.String, [External], [result])}\n`);
}

/** Numbers and buffers only; `syscall` of the C library takes them alike. */
function systemCall(number: number, ...args: readonly (number | Buffer)[]): number {
  const { I64, U8Array } = ffi.DataType;
  const types = args.map((arg) => (typeof arg === 'number' ? I64 : U8Array));
  const params = { paramsType: [I64, ...types], paramsValue: [number, ...args] };
  return Number(ffi.load({ library: 'c', funcName: 'syscall', retType: I64, ...params }));
}

function call(funcName: string, retType: unknown, paramsType: unknown[], paramsValue: unknown[]): unknown {
  return ffi.load({ library, funcName, retType, paramsType, paramsValue });
}
