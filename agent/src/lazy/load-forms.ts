/**
 * What only some calls need. An ES module cannot load a file at once, so here it is part of the graph; in CommonJS
 * `cjs/load-forms.ts` takes this file's place.
 */
import * as loaded from '../forms.ts';

export const forms = (): typeof import('../forms.ts') => loaded;
