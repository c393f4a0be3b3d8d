/** Which package a module belongs to, and the short name that people know it by. */
import { textAt } from '../platforms/shape.ts';

const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

export interface Package {
  /** '' = the user's own code; `node` for builtins. */
  name: string;
  /** '' = it does not say. */
  version: string;
  /** Its folder; '' where there is none. */
  folder: string;
}

/** Reads a `package.json`; `null` where there is none or it is no JSON. */
export type ReadManifest = (folder: string) => unknown;

/** A manifest that is not there or not JSON says nothing, which is what Node makes of it too. */
const readManifest: ReadManifest = (folder) => {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch {
    return null;
  }
};

const builtins: Package = { name: 'node', version: process.versions.node, folder: '' };
const nowhere: Package = { name: '', version: '', folder: '' };

/** The last `node_modules/<name>` or `node_modules/@scope/<name>` of a path. */
const installed = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)(?=[\\/])/;

/** Finds packages; remembers what it read. */
export class Packages {
  readonly #read: ReadManifest;
  readonly #byFolder = new Map<string, Package | null>();
  /** The folder of the user's own package. */
  readonly #ownFolder: string;

  /** @param entryKey the first module of the user's code; what is in its package is the user's own */
  constructor(entryKey: string | null, read: ReadManifest = readManifest) {
    this.#read = read;
    const entryFolder = entryKey !== null && path.isAbsolute(entryKey) ? path.dirname(entryKey) : '';
    this.#ownFolder = this.#named(entryFolder)?.folder ?? entryFolder;
  }

  of(key: string): Package {
    if (key.startsWith('node:')) return builtins;
    const file = key.replace(/^file:\/\//, '').replace(/[?#].*$/, '');
    if (!path.isAbsolute(file)) return nowhere;
    const match = installed.exec(file);
    if (match) return this.#installed(match[0], match[1] ?? '');
    // A workspace that is linked into node_modules is known by its real path.
    const found = this.#named(path.dirname(file));
    return found && found.folder !== this.#ownFolder ? found : { ...nowhere, folder: this.#ownFolder };
  }

  /** `date-fns/format.js` in a package, `src/app.js` in the user's own code, `node:fs`. Never an absolute path. */
  shortName(key: string): string {
    const { name, folder } = this.of(key);
    if (key.startsWith('node:')) return key;
    const file = key.replace(/^file:\/\//, '');
    if (!path.isAbsolute(file)) return file.replace(/^([a-z]+):.*$/s, '$1:').slice(0, 200);
    const inside = path.relative(folder || path.dirname(file), file).replaceAll('\\', '/');
    return name === '' ? inside : `${name}/${inside}`;
  }

  #installed(folder: string, name: string): Package {
    const known = this.#byFolder.get(folder);
    if (known) return known;
    const version = textAt(this.#read(folder), 'version') ?? '';
    const made = { name: name.replace('\\', '/'), version, folder };
    this.#byFolder.set(folder, made);
    return made;
  }

  /** The nearest package above that has a name: those without one only say what kind of modules they hold. */
  #named(folder: string): Package | null {
    const known = this.#byFolder.get(folder);
    if (known !== undefined) return known;
    const manifest = folder === '' ? null : this.#read(folder);
    const name = textAt(manifest, 'name');
    const above = path.dirname(folder);
    const found =
      name !== undefined && name !== ''
        ? { name, version: textAt(manifest, 'version') ?? '', folder }
        : above === folder || folder === ''
          ? null
          : this.#named(above);
    this.#byFolder.set(folder, found);
    return found;
  }
}
