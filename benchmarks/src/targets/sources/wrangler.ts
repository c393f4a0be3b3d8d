/** The Worker of a wrangler configuration. */
import { dirname, resolve } from 'node:path';
import { usage } from '../../cli/usage.ts';
import type { Draft, Found } from '../draft.ts';
import { asRecord, asText, asTexts, asVariables, at } from '../loose.ts';
import { parseJsonc, parseToml } from '../parse.ts';
import type { Source } from './source.ts';

/** What a Worker is bound to in production, and not here. */
const bindings: readonly string[] = [
  'ai',
  'browser',
  'd1_databases',
  'durable_objects',
  'hyperdrive',
  'kv_namespaces',
  'queues',
  'r2_buckets',
  'services',
  'vectorize',
  'workflows',
];

const compatibility = (document: unknown, where: string): Pick<Draft, 'compatibilityDate' | 'compatibilityFlags'> => {
  const date = at(document, 'compatibility_date');
  // TOML has dates of its own.
  const text = date instanceof Date ? date.toISOString().slice(0, 10) : asText(date);
  if (text !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw usage(`The compatibility_date of ${where} is no day.`, 'Write it like compatibility_date = "2026-01-01".');
  }
  return {
    ...(text !== undefined && { compatibilityDate: text }),
    compatibilityFlags: asTexts(at(document, 'compatibility_flags')),
  };
};

const read = async (path: string): Promise<Found> => {
  const document = await (path.endsWith('.toml') ? parseToml(path) : parseJsonc(path));
  const main = asText(at(document, 'main'));
  if (main === undefined) {
    throw usage(`${path} has no main, so its Worker has no code.`, "Set main to the Worker's file.");
  }
  const name = asText(at(document, 'name')) ?? 'worker';
  const where = `${name} in ${path}`;
  const variables = asRecord(at(document, 'vars'));
  const draft: Draft = {
    name,
    where,
    platform: 'workers',
    projectFile: path,
    file: resolve(dirname(path), main),
    environment: asVariables(variables),
    ...compatibility(document, where),
  };
  const objects = Object.keys(variables).filter((key) => typeof variables[key] === 'object');
  const missing = bindings.filter((key) => at(document, key) !== undefined);
  return {
    drafts: [draft],
    notices: [
      ...(objects.length > 0 ? [`${where} gets ${objects.join(', ')} as JSON text, not as objects.`] : []),
      ...(missing.length > 0 ? [`${where} is started without its ${missing.join(', ')}.`] : []),
    ],
  };
};

export const wrangler: Source = {
  title: 'wrangler configuration',
  usualNames: ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc'],
  pattern: /^wrangler[^/\\]*\.(?:toml|jsonc?)$/i,
  read,
};
