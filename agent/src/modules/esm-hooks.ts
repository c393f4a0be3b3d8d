/**
 * Watches ES modules through `module.registerHooks` (Node 22.15 and later), in the thread of the application: `resolve`
 * tells who asks for what, `load` reads the source, gives it marks, and from then on the marks tell when it runs.
 */
import type { LoadFnOutput, LoadHookContext, ModuleHooks, ResolveFnOutput, ResolveHookContext } from 'node:module';
import { keyOfUrl } from './key.ts';
import { markModule } from './marks.ts';
import type { ModuleFormat } from './node.ts';
import type { Watch } from './watch.ts';

const nodeModule = process.getBuiltinModule('node:module');

const formats: Readonly<Record<string, ModuleFormat>> = {
  addon: 'addon',
  builtin: 'builtin',
  commonjs: 'commonjs',
  'commonjs-typescript': 'commonjs',
  json: 'json',
  module: 'module',
  'module-typescript': 'module',
  wasm: 'wasm',
};

/** Text of what a hook gave, without the byte order mark, which Node would take away too. */
const textOf = (source: NonNullable<LoadFnOutput['source']>): string => {
  if (typeof source === 'string') return source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  if (Buffer.isBuffer(source) && source[0] !== 0xef) return source.toString('utf8');
  return new TextDecoder().decode(source as Uint8Array);
};

const bytesOf = (source: NonNullable<LoadFnOutput['source']>): number =>
  typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength;

/** `require` goes through these hooks too, and is timed by its own (cjs-hooks.ts). */
const isRequire = (conditions: readonly string[] | undefined): boolean => conditions?.includes('require') === true;

export class EsmHooks {
  readonly #watch: Watch;
  #registered: ModuleHooks | null = null;

  /** Whether this Node can be watched at all. */
  static get isPossible(): boolean {
    return typeof nodeModule.registerHooks === 'function';
  }

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /**
   * Hooks cost every `require` that passes through them 0.03 ms, so they are off while CommonJS alone is at work.
   */
  on(): void {
    if (this.#watch.isOver || !EsmHooks.isPossible) return;
    this.#registered ??= nodeModule.registerHooks({ resolve: this.#resolve, load: this.#load });
  }

  off(): void {
    this.#registered?.deregister();
    this.#registered = null;
  }

  readonly #resolve = (
    specifier: string,
    context: ResolveHookContext,
    next: (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput,
  ): ResolveFnOutput => {
    const watch = this.#watch;
    if (watch.isOver || isRequire(context.conditions) || specifier.startsWith(markModule)) return next(specifier);
    const parentKey = context.parentURL === undefined ? null : keyOfUrl(context.parentURL);
    const { ledger } = watch;
    if (!ledger) return this.#resolveBefore(specifier, parentKey, next);
    ledger.charge();
    const importer = parentKey === null ? null : (ledger.nodes.get(parentKey) ?? null);
    let key: string | null = null;
    try {
      const found = next(specifier);
      key = keyOfUrl(found.url);
      watch.entryKey ??= key;
      ledger.node(key, parentKey, specifier);
      return found;
    } finally {
      const asked = importer ?? (key === null ? null : (ledger.nodes.get(key) ?? null));
      ledger.resolved(asked, asked === importer ? key : null);
    }
  };

  /** While the user's code may be about to begin. */
  #resolveBefore(
    specifier: string,
    parentKey: string | null,
    next: (specifier: string) => ResolveFnOutput,
  ): ResolveFnOutput {
    const watch = this.#watch;
    const beginMs = watch.clock();
    const request = { specifier, parentKey, key: null, isMain: parentKey === null };
    // Known by what it asks for: then finding it is part of the init.
    watch.open(request, beginMs)?.charge();
    const found = next(specifier);
    const key = keyOfUrl(found.url);
    const ledger = watch.open({ ...request, key }, beginMs);
    if (!ledger) return found;
    watch.entryKey ??= key;
    // The runtime asks for the entry alone: finding it is then the entry's own.
    ledger.resolved(ledger.node(key, parentKey, specifier), null);
    return found;
  }

  readonly #load = (
    url: string,
    context: LoadHookContext,
    next: (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput,
  ): LoadFnOutput => {
    const { ledger, isOver } = this.#watch;
    const key = keyOfUrl(url);
    const node = isOver ? undefined : ledger?.nodes.get(key);
    // Builtins and files that were `require`d are known to their own hooks, or were loaded before.
    if (!ledger || !node || (isRequire(context.conditions) && context.format !== 'module')) return next(url);
    ledger.charge();
    // Node would load it in a moment, where nobody sees for how long.
    if (key.startsWith('node:')) process.getBuiltinModule(key);
    let loaded: LoadFnOutput;
    try {
      loaded = next(url);
    } catch (error) {
      node.failed = true;
      ledger.charge();
      throw error;
    }
    const format = formats[loaded.format ?? ''] ?? 'unknown';
    const { source } = loaded;
    // Node would decode it as well.
    const text = format === 'module' && source ? textOf(source) : null;
    ledger.loaded(node, format, source ? bytesOf(source) : 0);
    if (text === null) return loaded;
    const marked = this.#watch.mark(node, text);
    ledger.own();
    loaded.source = marked;
    return loaded;
  };
}
