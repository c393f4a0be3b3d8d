/** A file of its own in CommonJS, loaded by the first call that needs it. */
declare const require: (file: '../forms.js') => typeof import('../../forms.ts');

export const forms = (): typeof import('../../forms.ts') => require('../forms.js');
