/**
 * The module tree while it grows. Every millisecond between the first import and the first invocation is written to
 * exactly one module, so that the self and resolve times add up to the init by construction.
 *
 * It works like a profiler that is told of each change: {@link Ledger.charge} gives the time since the last change to
 * whoever was at work until now. Only one case needs a rule, the linking of a static graph of ES modules: see linking.ts.
 */
import { Linking } from './linking.ts';
import { Meter } from './meter.ts';
import { type ModuleFormat, type ModuleNode, makeNode } from './node.ts';

/** About 10 MB. An application beyond it is told that its tree is cut. */
export const defaultMaxNodes = 20_000;

/** One module at work. */
export interface Frame {
  readonly node: ModuleNode;
  /** Of an ES module's body: whether it may wait. `null` = the loading of a CommonJS module. */
  readonly mayWait: boolean | null;
  /** Its graph of ES modules is being linked: the time is the graph's. */
  links: boolean;
  /** It awaits something at its top level. */
  waits: boolean;
}

/** What the last change was: it decides to whom the time after it belongs when no module runs. */
type Last = 'idle' | 'linking' | 'left';

export interface LedgerOptions {
  /** Monotonic milliseconds. */
  clock: () => number;
  /** CPU milliseconds of this thread; `null` where Node does not tell. */
  cpuClock: (() => number) | null;
  beginMs: number;
  maxNodes?: number;
  /** Runs its argument when Node has nothing left to do at once. Linking never lasts beyond that. */
  whenIdle: (then: () => void) => void;
}

export class Ledger {
  readonly nodes = new Map<string, ModuleNode>();
  /** Milliseconds that were spent on watching and are in no module. */
  ownMs = 0;
  /** Loads beyond the cap, whose times are in the modules that asked for them. */
  dropped = 0;
  readonly #meter: Meter;
  readonly #maxNodes: number;
  readonly #whenIdle: (then: () => void) => void;
  readonly #stack: Frame[] = [];
  readonly #linked = new Linking();
  #last: Last = 'idle';
  #awaitsIdle = false;

  constructor({ clock, cpuClock, beginMs, maxNodes = defaultMaxNodes, whenIdle }: LedgerOptions) {
    this.#meter = new Meter(clock, cpuClock, beginMs);
    this.#maxNodes = maxNodes;
    this.#whenIdle = whenIdle;
  }

  /** The innermost module at work. */
  get running(): ModuleNode | null {
    return this.#stack.at(-1)?.node ?? null;
  }

  get isEmpty(): boolean {
    return this.#stack.length === 0;
  }

  /**
   * The module of that key, made at its first mention.
   * @returns `null` when there are too many already; its time then stays with whoever is at work
   */
  node(key: string, parentKey: string | null, specifier: string | null): ModuleNode | null {
    const known = this.nodes.get(key);
    if (known) return known;
    if (this.nodes.size >= this.#maxNodes) {
      this.dropped += 1;
      return null;
    }
    const parent = parentKey === null ? null : (this.nodes.get(parentKey) ?? null);
    const made = makeNode(key, parent, specifier, this.#meter.nowMs);
    if (this.#meter.knowsCpu) made.cpuMs = 0;
    this.nodes.set(key, made);
    return made;
  }

  /** Gives the time since the last change to whoever was at work. */
  charge(): void {
    this.#meter.read();
    const top = this.#stack.at(-1);
    if (top?.links || ((!top || top.waits) && this.#last === 'linking')) this.#linked.add(this.#meter);
    else if (top) this.#spentOn(top.node);
    // Else nothing of the tree was at work, but the event loop or a timer.
  }

  /** The time since the last change went into finding what `importer` asked for; `null` = it is not in the tree. */
  resolved(importer: ModuleNode | null, key: string | null): void {
    if (importer) {
      this.#meter.read();
      importer.resolveMs += this.#meter.spentMs;
      if (key !== null && importer.imports.size < this.#maxNodes) importer.imports.add(key);
    }
    this.#linking();
  }

  /** The time since the last change went into reading `node`, which takes part in the linking from here on. */
  loaded(node: ModuleNode, format: ModuleFormat, bytes: number): void {
    this.#meter.read();
    this.#spentOn(node);
    node.endMs = this.#meter.nowMs;
    node.format = format;
    node.bytes = bytes;
    this.#linked.join(node);
    this.#linking();
  }

  /** The time since the last change was ours. */
  own(): void {
    this.#meter.read();
    this.ownMs += this.#meter.spentMs;
  }

  /** `node` begins to run: an ES module's body, or the whole loading of a CommonJS one, where `mayWait` is `null`. */
  enter(node: ModuleNode, mayWait: boolean | null = null): Frame {
    // Between two modules of one graph lies only Node's own step from one to the next.
    if (this.#stack.length === 0 && this.#last === 'left') {
      this.#meter.read();
      this.#spentOn(node);
    } else this.charge();
    this.#linked.shareOut(node);
    const frame = { node, mayWait, links: false, waits: false };
    this.#stack.push(frame);
    this.#last = 'idle';
    return frame;
  }

  /** What `frame` loads turned out to be the entry of a graph of ES modules. */
  links(frame: Frame): void {
    this.charge();
    frame.links = true;
    if (!this.#linked.has(frame.node)) this.#linked.join(frame.node);
  }

  /** `frame` is done. When it failed, whatever stands above it did not come to its end either. */
  leave(frame: Frame, failed: boolean): void {
    this.charge();
    const at = this.#stack.lastIndexOf(frame);
    if (at === -1) return;
    if (frame.links) this.#linked.shareOut(frame.node);
    frame.node.endMs = this.#meter.nowMs;
    // Modules that await run side by side, so the one that ends need not be the last that began.
    const ended = this.#stack.splice(at, failed ? this.#stack.length : 1);
    if (failed) for (const { node } of ended) node.failed = true;
    this.#last = this.#linked.isEmpty ? 'left' : 'linking';
  }

  /** What ran in one go has ended: bodies that have not come to their end wait, or they threw. */
  turnEnded(): void {
    for (const frame of [...this.#stack]) {
      if (frame.mayWait === null || frame.waits) continue;
      this.charge();
      if (frame.mayWait) {
        frame.waits = true;
        frame.node.topLevelAwait = true;
      } else {
        frame.node.failed = true;
        this.leave(frame, false);
      }
    }
  }

  /** The init is over. */
  finish(): void {
    this.charge();
    this.#linked.shareOut();
    for (const { node } of this.#stack.splice(0)) node.endMs = this.#meter.nowMs;
  }

  /** What the meter has just read went into `node` alone. */
  #spentOn(node: ModuleNode): void {
    node.selfMs += this.#meter.spentMs;
    if (node.cpuMs !== null) node.cpuMs += this.#meter.spentCpuMs;
  }

  #linking(): void {
    this.#last = 'linking';
    if (this.#awaitsIdle) return;
    this.#awaitsIdle = true;
    this.#whenIdle(() => {
      this.#awaitsIdle = false;
      this.charge();
      this.#last = 'idle';
    });
  }
}
