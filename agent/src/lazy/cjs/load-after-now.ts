/** In CommonJS every file can be loaded at once. */
declare const require: (file: '../after.js') => typeof import('../../after.ts');

export const afterNow = (): typeof import('../../after.ts') | undefined => require('../after.js');
