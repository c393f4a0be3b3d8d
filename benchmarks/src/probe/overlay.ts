/**
 * `node --require overlay.cjs` (in NODE_OPTIONS): gives some files another text while they load, so that an edit can be
 * measured without touching anybody's tree. `COLDLENS_OVERLAY` names a JSON file of texts by absolute path. ES modules
 * need `module.registerHooks` (Node 22.15 or later); CommonJS is replaced in every Node.
 *
 * It throws where it cannot do what it was told: a measurement of the wrong text would be worse than none.
 */
import { keyOfUrl } from '../../../agent/dist/modules/key.js';

const { readFileSync } = process.getBuiltinModule('node:fs');
const nodeModule = process.getBuiltinModule('node:module');

interface Compiling {
  prototype: { _compile(content: string, filename: string, format?: string): unknown };
}

/** A plain value of the form that the sandboxes' parents write. */
const textsIn = (file: string): ReadonlyMap<string, string> => {
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (found === null || typeof found !== 'object') throw new Error(`${file} is no overlay`);
  return new Map(Object.entries(found as Record<string, string>));
};

const replaceCommonJs = (texts: ReadonlyMap<string, string>): void => {
  const { prototype } = nodeModule as unknown as Compiling;
  const { _compile } = prototype;
  prototype._compile = function (content, filename, format) {
    return _compile.call(this, texts.get(filename) ?? content, filename, format);
  };
};

const replaceEsModules = (texts: ReadonlyMap<string, string>): void => {
  nodeModule.registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      const text = texts.get(keyOfUrl(url));
      // CommonJS comes by `_compile`; a source given here would change how its `require` works.
      if (text !== undefined && loaded.format?.startsWith('module')) loaded.source = text;
      return loaded;
    },
  });
};

const file = process.env.COLDLENS_OVERLAY;
if (file !== undefined && file !== '') {
  const texts = textsIn(file);
  replaceCommonJs(texts);
  if (typeof nodeModule.registerHooks === 'function') replaceEsModules(texts);
  else if ([...texts.keys()].some((path) => /\.m[jt]s$/.test(path))) {
    throw new Error(`Node ${process.versions.node} cannot replace ES modules while they load`);
  }
}
