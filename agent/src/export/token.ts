/** The collector's token. */
import type { Environment } from '../platforms/platform.ts';
import { warnOnce } from '../warn.ts';

/** A token from `COLDLENS_TOKEN` or the file that `COLDLENS_TOKEN_FILE` names. */
export const tokenOf = (env: Environment): string | undefined => {
  if (env.COLDLENS_TOKEN) return env.COLDLENS_TOKEN;
  if (!env.COLDLENS_TOKEN_FILE) return undefined;
  try {
    return process.getBuiltinModule('node:fs').readFileSync(env.COLDLENS_TOKEN_FILE, 'utf8').trim();
  } catch {
    warnOnce('token', 'the file that COLDLENS_TOKEN_FILE names cannot be read; spans are sent without a token.');
    return undefined;
  }
};
