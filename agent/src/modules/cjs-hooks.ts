/**
 * Watches CommonJS through the functions of `Module` that every tool of this kind replaces, in every Node. Loading is
 * synchronous and nested, so the tree and its times are exact.
 */
import type { EsmHooks } from './esm-hooks.ts';
import { keyOfBuiltin } from './key.ts';
import type { Frame } from './ledger.ts';
import type { ModuleFormat } from './node.ts';
import type { Watch } from './watch.ts';

interface CjsModule {
  id: string;
  filename: string | null;
  exports: unknown;
}

type Parent = CjsModule | null | undefined;

/** What Node does not promise but has kept since its beginning. */
interface ModuleInternals {
  _load(request: string, parent: Parent, isMain: boolean): unknown;
  _resolveFilename(request: string, parent: Parent, isMain: boolean, options?: object): string;
  prototype: {
    load(this: CjsModule, filename: string): unknown;
    _compile(this: CjsModule, content: string, filename: string, format?: string): unknown;
  };
}

const internals = process.getBuiltinModule('node:module') as unknown as ModuleInternals;

const formatOfEnding: Readonly<Record<string, ModuleFormat>> = { '.json': 'json', '.node': 'addon', '.wasm': 'wasm' };
const ending = /\.[^./\\]*$/;

/** Whether a file whose kind nothing else tells is an ES module. Node finds out by compiling it; this is a guess. */
const looksLikeEsm = (content: string): boolean =>
  /^\s*(import|export)\b[\s{*"']/m.test(content) && !/\b(require\(|exports\b)/.test(content);

/** Node publishes here when `import()` is called. */
const importStart = 'tracing:module.import:start';

const keyOf = (module: Parent): string | null => module?.filename ?? null;

export class CjsHooks {
  readonly #watch: Watch;
  readonly #esm: EsmHooks;
  #restore: (() => void) | null = null;
  /** What was resolved last: Node loads it right afterwards, and then no longer says what was asked for. */
  #asked: { request: string; parentKey: string | null; key: string } | null = null;
  /** CommonJS at work inside each other; while there is any, ES modules can only come by ways that we watch. */
  readonly #frames: Frame[] = [];

  constructor(watch: Watch, esm: EsmHooks) {
    this.#watch = watch;
    this.#esm = esm;
  }

  on(): void {
    const channel = process.getBuiltinModule('node:diagnostics_channel');
    const onImport = (): void => this.#esm.on();
    // `import()` resolves and reads before it returns to the CommonJS that calls it.
    channel.subscribe(importStart, onImport);
    const { _load, _resolveFilename, prototype } = internals;
    const { load, _compile } = prototype;
    const hooks = this;

    internals._load = (request, parent, isMain) => {
      if (hooks.#watch.isOver) return _load.call(internals, request, parent, isMain);
      return hooks.#load(request, parent, isMain, () => _load.call(internals, request, parent, isMain));
    };
    internals._resolveFilename = (request, parent, isMain, options) => {
      const resolve = (): string => _resolveFilename.call(internals, request, parent, isMain, options);
      return hooks.#watch.isOver ? resolve() : hooks.#resolve(request, parent, isMain, resolve);
    };
    prototype.load = function (filename) {
      if (hooks.#watch.isOver || !hooks.#watch.ledger) return load.call(this, filename);
      return hooks.#loadFile(filename, () => load.call(this, filename));
    };
    prototype._compile = function (content, filename, format) {
      const source = hooks.#watch.isOver ? content : hooks.#compile(content, filename, format);
      return _compile.call(this, source, filename, format);
    };
    const ours = { _load: internals._load, _resolveFilename: internals._resolveFilename };
    const ourPrototype = { load: prototype.load, _compile: prototype._compile };
    // Whoever replaced them after us calls ours; then they stay, and pass everything on.
    this.#restore = () => {
      channel.unsubscribe(importStart, onImport);
      if (internals._load === ours._load) internals._load = _load;
      if (internals._resolveFilename === ours._resolveFilename) internals._resolveFilename = _resolveFilename;
      if (prototype.load === ourPrototype.load) prototype.load = load;
      if (prototype._compile === ourPrototype._compile) prototype._compile = _compile;
    };
  }

  off(): void {
    this.#restore?.();
    this.#restore = null;
  }

  /** Every `require`; only builtins are timed here, since the rest goes on to {@link #loadFile}. */
  #load(request: string, parent: Parent, isMain: boolean, load: () => unknown): unknown {
    const watch = this.#watch;
    const key = keyOfBuiltin(request);
    if (key === null) {
      // Node finds the main script by itself and does not resolve it through `Module`.
      if (!watch.ledger) watch.open({ specifier: request, parentKey: keyOf(parent), key: null, isMain }, watch.clock());
      return load();
    }
    const { ledger } = watch;
    if (!ledger || ledger.nodes.has(key)) return load();
    ledger.charge();
    const node = ledger.node(key, keyOf(parent), request);
    if (!node) return load();
    node.format = 'builtin';
    const frame = ledger.enter(node);
    let failed = true;
    try {
      const loaded = load();
      failed = false;
      return loaded;
    } finally {
      ledger.leave(frame, failed);
    }
  }

  #resolve(request: string, parent: Parent, isMain: boolean, resolve: () => string): string {
    const watch = this.#watch;
    const beginMs = watch.clock();
    const parentKey = keyOf(parent);
    const asked = { specifier: request, parentKey, key: null, isMain };
    const ledger = watch.open(asked, beginMs);
    if (!ledger) {
      const found = resolve();
      watch.open({ ...asked, key: found }, beginMs);
      return found;
    }
    ledger.charge();
    const importer = parentKey === null ? ledger.running : (ledger.nodes.get(parentKey) ?? ledger.running);
    let key: string | null = null;
    try {
      key = resolve();
      this.#asked = { request, parentKey, key };
      return key;
    } finally {
      ledger.resolved(importer, importer?.key === key ? null : key);
    }
  }

  #loadFile(filename: string, load: () => unknown): unknown {
    const { ledger } = this.#watch;
    const asked = this.#asked?.key === filename ? this.#asked : null;
    const parentKey = asked?.parentKey ?? ledger?.running?.key ?? null;
    const node = ledger?.node(filename, parentKey, asked?.request ?? null);
    if (!ledger || !node) return load();
    this.#watch.entryKey ??= filename;
    if (node.format === 'unknown') node.format = formatOfEnding[ending.exec(filename)?.[0] ?? ''] ?? 'commonjs';
    const frame = ledger.enter(node);
    this.#frames.push(frame);
    if (this.#frames.length === 1) this.#esm.off();
    let failed = true;
    try {
      const loaded = load();
      failed = false;
      return loaded;
    } finally {
      this.#frames.pop();
      if (this.#frames.length === 0) this.#esm.on();
      else if (frame.links) this.#esm.off();
      ledger.leave(frame, failed);
    }
  }

  /** @returns the source to compile: of an ES module that is `require`d, with its marks */
  #compile(content: string, filename: string, format: string | undefined): string {
    const { ledger } = this.#watch;
    const frame = this.#frames.at(-1);
    if (!ledger || frame?.node.key !== filename) return content;
    const { node } = frame;
    if (node.bytes === 0) node.bytes = content.length;
    const isKnown = typeof format === 'string';
    if (!(isKnown ? format.startsWith('module') : looksLikeEsm(content))) return content;
    // Its graph goes through the hooks, and the time until its first module runs is the graph's.
    this.#esm.on();
    ledger.links(frame);
    if (!isKnown) return content;
    node.format = 'module';
    const marked = this.#watch.mark(node, content);
    ledger.own();
    return marked;
  }
}
