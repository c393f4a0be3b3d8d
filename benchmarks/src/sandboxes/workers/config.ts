/** workerd's configuration for one Worker, as Cap'n Proto text. */
import type { WorkersFunction } from './function.ts';

/** Behaviour of the runtime as of this day, where nobody says which. */
const usualCompatibilityDate = '2026-01-01';

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text literal; the other control characters as `\xNN`. */
const literal = (text: string): string =>
  `"${text
    .replace(/[\\"\n\r\t]/g, (char) => escapes[char] ?? char)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped.
    .replace(/[\0-\x1f\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;

const textBindings = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `(name = ${literal(name)}, text = ${literal(value)})`)
    .join(', ');

/** Events that no socket can bring: a Worker of ours turns a request into them. */
const front = `export default { async fetch(request, { main }) {
  const body = await request.json();
  const at = new Date();
  const outcome = request.headers.get('x-event') === 'queue'
    ? await main.queue('orders', [{ id: crypto.randomUUID(), timestamp: at, attempts: 1, body }])
    : await main.scheduled({ scheduledTime: at, cron: '*/5 * * * *' });
  return Response.json(outcome, { status: outcome.outcome === 'ok' ? 200 : 500 });
} }`;

const frontService = `
    (name = "front", worker = (
      modules = [(name = "front.mjs", esModule = ${literal(front)})],
      compatibilityDate = ${literal(usualCompatibilityDate)},
      compatibilityFlags = ["service_binding_extra_handlers"],
      bindings = [(name = "main", service = "main")]
    )),`;

/** Whether the events need the Worker in front, whose flag is experimental. */
export const needsFront = ({ event = 'fetch' }: WorkersFunction): boolean => event !== 'fetch';

/** One socket, `http`, on a free port of loopback. The collector may be on a private address. */
export const configText = (fn: WorkersFunction, script: string): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${needsFront(fn) ? frontService : ''}
    (name = "main", worker = (
      modules = [(name = "worker.mjs", esModule = ${literal(script)})],
      compatibilityDate = ${literal(fn.compatibilityDate ?? usualCompatibilityDate)},
      compatibilityFlags = [${(fn.compatibilityFlags ?? []).map(literal).join(', ')}],
      bindings = [${textBindings({ OTEL_SERVICE_NAME: fn.name, ...fn.environment })}]
    )),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "${needsFront(fn) ? 'front' : 'main'}")]
);
`;
