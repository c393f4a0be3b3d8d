/** The file of a person's own settings: where it is, and what the palette writes into it. It is read with the other options. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** `XDG_CONFIG_HOME` counts where it is absolute, as its specification has it. */
export function settingsFile(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): string {
  const asked = env.XDG_CONFIG_HOME ?? '';
  return join(isAbsolute(asked) ? asked : join(home, '.config'), 'coldlens', 'config.json');
}

/**
 * Writes these settings over those that are there; others stay as they are. Another program that reads meanwhile finds the
 * old file or the new one.
 * @returns what became of it, for people
 */
export function keepSettings(file: string, settings: Readonly<Record<string, unknown>>): string {
  const beside = `${file}.${process.pid}`;
  try {
    const all = { ...settingsIn(file), ...settings };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(beside, `${JSON.stringify(all, null, 2)}\n`);
    renameSync(beside, file);
    return `kept in ${file}`;
  } catch (error) {
    if (existsSync(beside)) rmSync(beside);
    return `cannot write ${file} (${(error as NodeJS.ErrnoException).code ?? 'it is no JSON object'})`;
  }
}

/** @throws SyntaxError, or what the file system says; a missing file is an empty one */
function settingsIn(file: string): object {
  let text = '{}';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SyntaxError('no object');
}
