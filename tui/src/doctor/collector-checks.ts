/** How a running collector fares: its health, its readiness and its figures, each asked for once. */
import { printableUrl } from '../commands/store.ts';
import { type Check, type CheckContext, type Found, fail, ok } from './check.ts';
import {
  aside,
  buffer,
  clock,
  decoding,
  eventLoop,
  functions,
  inserts,
  lasting,
  oldest,
  platforms,
  refusals,
  sealing,
} from './collector-findings.ts';
import { Scraped } from './scraped.ts';
import { type Answer, fetchText } from './services.ts';

interface Asked {
  health: Answer;
  ready: Answer;
  metrics: Answer;
  /** Milliseconds since 1970, of this machine, in the middle of the first answer. */
  atMs: number;
}

/** New ones each time: what was asked for belongs to one run. */
export function collectorChecks(): readonly Check[] {
  let asking: Promise<Asked> | undefined;
  const ask = (context: CheckContext): Promise<Asked> => {
    asking ??= askAll(context);
    return asking;
  };
  /** A check of the figures; none where they could not be had, which the first check says. */
  const ofFigures =
    (find: (scraped: Scraped, nowSeconds: number) => Found): Check['run'] =>
    async (context) => {
      const { metrics, health, atMs } = await ask(context);
      if (metrics.state === 'silent' || metrics.status !== 200) return undefined;
      return find(new Scraped(metrics.text), (dateOf(health) ?? atMs) / 1000);
    };
  return [
    { name: 'collector', run: async (context) => alive(context, await ask(context)) },
    { name: 'readiness', run: async (context) => readiness((await ask(context)).ready) },
    {
      name: 'clock',
      run: async (context) => {
        const { health, atMs } = await ask(context);
        const date = dateOf(health);
        // It is told in whole seconds, cut off.
        return date === undefined ? undefined : clock((date + 500 - atMs) / 1000);
      },
    },
    { name: 'buffer', run: ofFigures(buffer) },
    { name: 'oldest', run: ofFigures(oldest) },
    { name: 'inserts', run: ofFigures(inserts) },
    { name: 'set aside', run: ofFigures(aside) },
    { name: 'refused', run: ofFigures(refusals) },
    { name: 'platforms', run: ofFigures(platforms) },
    { name: 'decoding', run: ofFigures(decoding) },
    { name: 'functions', run: ofFigures(functions) },
    { name: 'sealing', run: ofFigures(sealing) },
    { name: 'event loop', run: ofFigures(eventLoop) },
  ];
}

async function askAll({ url = '', token }: CheckContext): Promise<Asked> {
  const at = (path: string): string => {
    const address = new URL(url);
    address.pathname = `${address.pathname.replace(/\/$/, '')}${path}`;
    return address.href;
  };
  const beganMs = Date.now();
  const health = await fetchText(at('/healthz'));
  const atMs = (beganMs + Date.now()) / 2;
  // Who does not answer once is not waited for twice more.
  if (health.state === 'silent') return { health, ready: health, metrics: health, atMs };
  const [ready, metrics] = await Promise.all([fetchText(at('/readyz')), fetchText(at('/metrics'), token)]);
  return { health, ready, metrics, atMs };
}

const dateOf = (answer: Answer): number | undefined => {
  const ms = answer.state === 'answered' ? Date.parse(answer.headers.get('date') ?? '') : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
};

function alive({ url = '' }: CheckContext, { health, metrics, atMs }: Asked): Found {
  const shown = printableUrl(url);
  if (health.state === 'silent') {
    const next = /certificate/i.test(health.reason)
      ? 'name the authority that signed its certificate: NODE_EXTRA_CA_CERTS=FILE coldlens doctor ...'
      : 'start it, or mend --url';
    return fail(`${shown} does not answer: ${health.reason}`, next);
  }
  if (health.status !== 200) {
    return fail(`${shown} answers with status ${health.status}, not as a collector does`, 'mend --url');
  }
  if (metrics.state === 'silent') return fail(`${shown} gives no figures: ${metrics.reason}`, 'ask again');
  if (metrics.status === 401 || metrics.status === 403) {
    return fail(
      `${shown} lives, but tells its figures only to who may read`,
      'give a token with the scope read by COLDLENS_TOKEN or --token-file',
    );
  }
  if (metrics.status !== 200) {
    return fail(
      `${shown} answers /metrics with status ${metrics.status}`,
      'see that it is a collector of this version',
    );
  }
  const scraped = new Scraped(metrics.text);
  const version = scraped.label('coldlens_build_info', 'version');
  if (version === undefined) return fail(`${shown} is no coldlens collector`, 'mend --url');
  const up = (dateOf(health) ?? atMs) / 1000 - (scraped.figure('process_start_time_seconds') ?? 0);
  return ok(`${shown} is coldlens ${version}, up for ${lasting(Math.max(0, up))}`);
}

function readiness(ready: Answer): Found {
  if (ready.state === 'silent') return undefined;
  const told = told200or503(ready.text);
  if (ready.status === 200) {
    return told.store === 'away' ? ok('it takes spans, and buffers them: ClickHouse is away') : ok('it takes spans');
  }
  if (ready.status !== 503) return undefined;
  return fail(told.error ?? 'it takes no spans', told.next ?? "read the collector's log");
}

function told200or503(text: string): { store?: string; error?: string; next?: string } {
  try {
    return JSON.parse(text) as { store?: string; error?: string; next?: string };
  } catch {
    return {};
  }
}
