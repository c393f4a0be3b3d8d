/** Reports compared with files; `UPDATE_GOLDEN=1` writes these anew. */
import { goldenIn } from '../../support/golden.ts';

export const compareWithGolden = goldenIn(new URL('./golden/', import.meta.url));
