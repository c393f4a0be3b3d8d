/** Files that are read again when they change, while the collector runs: tokens, certificates. */
import { statSync } from 'node:fs';

export interface FileWatch {
  stop(): void;
}

/** Twice this long after the last change it counts. */
const pollMs = 1_000;

/**
 * Looks at the files from time to time, which also sees links that are put elsewhere, as Kubernetes does it with secrets.
 * @param changed called once the files have changed and have then stayed as they are for a moment: a certificate and its
 *   key are two files
 */
export function watchFiles(paths: readonly string[], changed: () => void, everyMs = pollMs): FileWatch {
  let acted = signature(paths);
  let last = acted;
  const timer = setInterval(() => {
    const now = signature(paths);
    if (now === last && now !== acted) {
      acted = now;
      changed();
    }
    last = now;
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function signature(paths: readonly string[]): string {
  return paths.map(of).join('\n');
}

function of(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
