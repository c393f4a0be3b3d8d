/** How far an import is, in one line that is written over itself; where nobody watches, nothing. */
import type { ImportProgress } from '@coldlens/collector';
import { clean, truncate } from '../format/clean.ts';
import { formatAge, formatCount, formatShare } from '../format/numbers.ts';

export interface ProgressLine {
  show(state: ImportProgress): void;
  say(text: string): void;
  clear(): void;
}

/** What is written to. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const everyMs = 100;
const barCells = 24;
const usualColumns = 80;
const toBegin = '\r\u001b[K';

export function progressLine(terminal: Terminal, now: () => number = () => performance.now()): ProgressLine {
  const beganMs = now();
  let shownMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  const write = (text: string): void => {
    if (terminal.isTTY !== true) return;
    terminal.write(`${toBegin}${truncate(text, (terminal.columns ?? usualColumns) - 1)}`);
    isShown = true;
  };
  return {
    show(state) {
      if (now() - shownMs < everyMs) return;
      shownMs = now();
      write(progressText(state, shownMs - beganMs));
    },
    say: write,
    clear() {
      if (isShown) terminal.write(toBegin);
      isShown = false;
    },
  };
}

/** Such as `[######------------------] 25%  1.2 GB of 4.8 GB  312k records/s  45s left  file.gz`. */
export function progressText({ bytesRead, bytesTotal, records, file }: ImportProgress, elapsedMs: number): string {
  const rate = `${formatCount((1_000 * records) / Math.max(1, elapsedMs))} records/s`;
  if (bytesTotal === null || bytesTotal === 0) return [formatBytes(bytesRead), rate, clean(file)].join('  ');
  const share = Math.min(1, bytesRead / bytesTotal);
  const filled = Math.round(share * barCells);
  const left = share > 0 ? `${formatAge((elapsedMs * (1 - share)) / share)} left` : '';
  return [
    `[${'#'.repeat(filled)}${'-'.repeat(barCells - filled)}] ${formatShare(share)}`,
    `${formatBytes(bytesRead)} of ${formatBytes(bytesTotal)}`,
    rate,
    left,
    clean(file),
  ].join('  ');
}

const sizes = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  const step = Math.min(sizes.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${sizes[step]}`;
}
