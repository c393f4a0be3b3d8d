/** A batch as it is read back from its file: whatever of it is whole. */
import type { RowsForm } from '../store/batch.ts';
import type { BatchFile, BatchFiles } from './batch-files.ts';
import { formOf, type KeptRequest, requestsOf, todaysForm } from './content.ts';
import { type BufferRecord, stretchesOf } from './record.ts';

export interface LoadedBatch {
  form: RowsForm;
  requests: KeptRequest[];
  /** Bytes that do not fit their checksums. */
  damagedBytes: number;
}

/** @throws what the disk does @returns `null` when the disk cannot read the file, now or ever */
export const loadBatch = async (files: BatchFiles, batch: BatchFile): Promise<LoadedBatch | null> => {
  let content: Buffer;
  try {
    content = await files.read(batch);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return null;
    throw error;
  }
  const loaded: LoadedBatch = { form: todaysForm, requests: [], damagedBytes: 0 };
  for (const stretch of stretchesOf(content)) {
    if ('damaged' in stretch) loaded.damagedBytes += stretch.damaged.to - stretch.damaged.from;
    else addRecord(loaded, stretch.record);
  }
  return loaded;
};

const addRecord = (loaded: LoadedBatch, record: BufferRecord): void => {
  try {
    const form = formOf(record);
    if (form) loaded.form = form;
    else loaded.requests.push(...requestsOf(record));
  } catch {
    // Its checksums fit, and still it makes no sense: no try will ever read it.
    loaded.damagedBytes += record.meta.length + record.data.length;
  }
};
