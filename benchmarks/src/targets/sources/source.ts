/** A kind of project file that says which functions there are. */
import type { Found } from '../draft.ts';

export interface Source {
  /** What people call it. */
  title: string;
  /** Names that it usually has, the first that is there counts. */
  usualNames: readonly string[];
  /** Names that a person may give it. */
  pattern: RegExp;
  /**
   * @param path absolute
   * @throws `Trouble` with exit code 2 when it cannot be read
   */
  read(path: string): Promise<Found>;
}
