/**
 * Kills the processes of our sandboxes when we ourselves are killed. A frozen instance cannot see that its parent has
 * gone, and would stay frozen for ever; so a small shell waits for the end of its input, which comes however we end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Reads `+ PID` and `- PID`; at the end of its input it kills what is left. */
const script = `
left=' '
while read -r sign pid; do
  case $sign in
    +) left="$left$pid " ;;
    -) left="\${left%% $pid *} \${left#* $pid }" ;;
  esac
done
for pid in $left; do kill -KILL "$pid"; done`;

let input: Writable | undefined;

const startReaper = (): Writable => {
  // In a session of its own: the signal that ends our process group must not end the reaper first.
  const reaper = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without a reaper everything still works, but for the clean-up after a SIGKILL.
  const forget = (): void => {
    input = undefined;
  };
  reaper.once('error', forget);
  reaper.once('exit', forget);
  reaper.stdin.on('error', forget);
  reaper.unref();
  (reaper.stdin as Writable & { unref?(): void }).unref?.();
  return reaper.stdin;
};

/** Sees to it that `child` does not outlive this process. */
export const dieWithUs = (child: ChildProcess): void => {
  const { pid } = child;
  if (pid === undefined) return;
  input ??= startReaper();
  input.write(`+ ${pid}\n`);
  child.once('exit', () => input?.write(`- ${pid}\n`));
};
