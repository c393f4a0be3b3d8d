/** Limits of the gate as a person writes them: `{"leastPercent": 5, "packagesAdded": 0}`, or `leastPercent=5`. */
import { exitCode, Trouble } from '@coldlens/collector/trouble';
import { clean } from '../cli/clean.ts';
import { defaultLimits, type GateLimits } from './settings.ts';

/** What is counted need not gate. */
const off = 'off';

const mostOf: Readonly<Record<keyof GateLimits, number>> = {
  surePercent: 1_000,
  leastPercent: 1_000,
  leastMs: 60_000,
  widestPercent: 1_000,
  modulesPercent: 100_000,
  bytesPercent: 100_000,
  packagesAdded: 100_000,
};
const canBeOff: readonly (keyof GateLimits)[] = ['modulesPercent', 'bytesPercent', 'packagesAdded'];

const isLimit = (name: string): name is keyof GateLimits => Object.hasOwn(defaultLimits, name);

/**
 * Reads what a configuration holds.
 * @param where for messages: `gate in coldlens.config.json`
 * @throws {@link Trouble} (wrong usage) that names what is wrong
 */
export const readGateLimits = (value: unknown, where: string): Partial<GateLimits> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Trouble(`${where} is no object.`, 'Write it like {"leastPercent": 5}.', exitCode.usage);
  }
  const read = Object.entries(value).map(([name, limit]): [string, number | null] => {
    if (!isLimit(name)) {
      const next = `Use only ${Object.keys(defaultLimits).join(', ')}.`;
      throw new Trouble(`${where} has the unknown limit "${clean(name)}".`, next, exitCode.usage);
    }
    if (limit === off && canBeOff.includes(name)) return [name, null];
    if (typeof limit === 'number' && limit >= 0 && limit <= mostOf[name]) return [name, limit];
    const next = `Give it one${canBeOff.includes(name) ? `, or "${off}"` : ''}.`;
    throw new Trouble(`${name} of ${where} is no number from 0 to ${mostOf[name]}.`, next, exitCode.usage);
  });
  return Object.fromEntries(read);
};

/** Reads `leastPercent=5`. */
export const readGateLimit = (text: string, option: string): Partial<GateLimits> => {
  const [name = '', limit = ''] = text.split('=');
  return readGateLimits({ [name]: /^\d{1,6}(?:\.\d{1,6})?$/.test(limit) ? Number(limit) : limit }, option);
};
