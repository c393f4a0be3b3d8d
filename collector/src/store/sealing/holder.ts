/**
 * Who has the sealing lock, as the lock's comment says it: so that whoever starts on the same machine knows that a process which
 * was killed has left it, and need not wait until it is stale.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Where a process id means something: one start of one machine's kernel, and one of its namespaces of processes. '' where there is
 * no such thing (macOS, Windows): there nobody can be known to have died.
 */
const placeOf = (): string => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
};
const place = placeOf();

/** Of this process: after the server has died in the middle of a pass, the lock is still ours. Quotes are in none of it. */
export const ownHolder = `${randomUUID()} ${process.pid} ${place}`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** True where it is certain: another process of this machine, which is no more. @param holder of a lock's comment */
export const hasDied = (holder: string): boolean => {
  const [id, pidText = '', ...where] = holder.split(' ');
  const pid = Number(pidText);
  if (place === '' || where.join(' ') !== place || !Number.isSafeInteger(pid) || pid <= 0) return false;
  // Ours, but not of this run: its number has been given to us since.
  if (pid === process.pid) return !ownHolder.startsWith(`${id} `);
  return !isAlive(pid);
};
