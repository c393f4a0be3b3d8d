/** How much lies in a buffer unless told otherwise. */

export const defaultBufferBytes = 2 * 1024 ** 3;
