/** Runs the dashboard on the terminal and gives the terminal back, however the dashboard ends. */
import type { RankingQuery, RankingSource } from '@coldlens/collector';
import { render } from 'ink';
import { glyphsFor } from './format/glyphs.ts';
import { Dashboard } from './screens/Dashboard.tsx';
import { systemClock } from './state/clock.ts';
import { asLive, type Live } from './state/live.ts';

export interface DashboardOptions {
  /** May still be opening. The dashboard never closes it. */
  source: RankingSource | Promise<RankingSource>;
  /** What is asked; its sort is the first one. */
  query: RankingQuery;
  /** Lines under the title that say what is not as usual. */
  notices?: readonly string[] | Live<readonly string[]>;
  /** What is going on, such as `starting ClickHouse`; a {@link Live} value may change while the dashboard runs. */
  progress?: string | Live<string>;
  /** Where functions send their spans; shown while there are none. */
  endpoint?: string;
}

/** Where a collector listens unless told otherwise. */
const usualEndpoint = 'http://127.0.0.1:4318';

const endSignals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/**
 * Resolves when the user quits or a signal ends it, with the terminal restored.
 * @throws what `source` was rejected with, and whatever broke the screen; the terminal is restored first.
 */
export async function runDashboard(options: DashboardOptions): Promise<void> {
  const instance = render(
    <Dashboard
      {...options}
      notices={asLive(options.notices ?? [])}
      progress={asLive(options.progress ?? '')}
      endpoint={options.endpoint ?? usualEndpoint}
      clock={systemClock}
      glyphs={glyphsFor(process.env)}
    />,
    // The caller has seen that this is a terminal; Ink would still take a set `CI` variable for a reason to stay silent.
    { alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false, interactive: true },
  );
  const leave = (): void => instance.unmount();
  for (const signal of endSignals) process.once(signal, leave);
  // Runs before the stack is printed, which would otherwise go to the alternate screen and vanish with it.
  process.once('uncaughtExceptionMonitor', leave);
  try {
    await instance.waitUntilExit();
  } finally {
    for (const signal of endSignals) process.off(signal, leave);
    process.off('uncaughtExceptionMonitor', leave);
  }
}
