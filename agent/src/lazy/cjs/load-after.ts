/** In CommonJS by `require`: such a process must not start the loader of ES modules for our sake. */
declare const require: (file: '../after.js') => typeof import('../../after.ts');

export const isEsm: boolean = false;

export const after = async (): Promise<typeof import('../../after.ts')> => require('../after.js');
