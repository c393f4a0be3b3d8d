/**
 * How far each file was imported: one line of JSON whenever rows were stored, beside the data. The last line of a file counts; one
 * that was not written to its end tells nothing, and then a few rows are stored again under the tokens that they had.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Entry {
  /** Of the file as it is, and of how it is read. */
  key: string;
  name: string;
  /** Chunks whose rows are stored. */
  chunks: number;
  isDone: boolean;
  /** When the import began: times much before or after it are not believed, also where it goes on later. */
  receivedMs: number;
}

export class Journal {
  readonly #path: string;
  readonly #entries: Map<string, Entry>;

  private constructor(path: string, entries: Map<string, Entry>) {
    this.#path = path;
    this.#entries = entries;
  }

  static async open(path: string): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const entries = text.split('\n').map(entryOf);
    return new Journal(path, new Map(entries.filter((entry) => entry !== null).map((entry) => [entry.key, entry])));
  }

  of(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  async note(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    for (const entry of entries) this.#entries.set(entry.key, entry);
    // Behind half a line of a process that was killed, this one is still a line.
    await appendFile(this.#path, `\n${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
  }
}

const entryOf = (line: string): Entry | null => {
  try {
    const { key, name, chunks, isDone, receivedMs } = JSON.parse(line) as Partial<Entry>;
    const isEntry = typeof key === 'string' && Number.isInteger(chunks) && Number.isFinite(receivedMs);
    if (!isEntry) return null;
    return {
      key,
      name: String(name),
      chunks: chunks as number,
      isDone: isDone === true,
      receivedMs: receivedMs as number,
    };
  } catch {
    return null;
  }
};
