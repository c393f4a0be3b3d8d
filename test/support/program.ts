/** Programs that a machine may have or not, such as promtool: where they are missing, tests are skipped and say so. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Its path, or undefined where it is not installed. */
export const findProgram = (name: string): string | undefined =>
  // Servers are where an ordinary user's PATH does not look.
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
