/**
 * What the two kinds of hooks share: the ledger of this process, from the first import of user code to the first
 * invocation, and the marks that run inside ES modules.
 */
import type { IsUserCode, Request } from './begin.ts';
import { type Frame, Ledger, type LedgerOptions } from './ledger.ts';
import { markFunction, mayAwait, withMarks } from './marks.ts';
import type { ModuleNode } from './node.ts';

interface Marked {
  node: ModuleNode;
  mayWait: boolean;
  frame: Frame | null;
}

export interface WatchOptions extends Pick<LedgerOptions, 'clock' | 'cpuClock' | 'maxNodes' | 'whenIdle'> {
  isUserCode: IsUserCode;
  /** Called once, with the moment at which the user's code began to be looked for. */
  onBegin: (beginMs: number) => void;
}

const settled = Promise.resolve();

export class Watch {
  /** `null` until the user's code begins. */
  ledger: Ledger | null = null;
  /** From here on nothing is recorded any more. */
  isOver = false;
  /** The first file of the user's code. */
  entryKey: string | null = null;
  readonly clock: () => number;
  readonly #options: WatchOptions;
  readonly #marked: Marked[] = [];
  #awaitsTurn = false;
  readonly #markedNodes = new Set<ModuleNode>();

  constructor(options: WatchOptions) {
    this.#options = options;
    this.clock = options.clock;
  }

  /** The ledger if it is to be written: after the beginning, which `request` may be, and before the end. */
  open(request: Request, beginMs: number): Ledger | null {
    if (this.isOver) return null;
    if (this.ledger) return this.ledger;
    if (!this.#options.isUserCode(request)) return null;
    this.ledger = new Ledger({ ...this.#options, beginMs });
    this.#options.onBegin(beginMs);
    return this.ledger;
  }

  /** Stops the record at the first invocation. What is asked for from then on belongs to the execution. */
  end(): void {
    this.isOver = true;
    this.ledger?.finish();
  }

  /** An ES module's source with the marks that tell when it runs. */
  mark(node: ModuleNode, source: string): string {
    if (this.#markedNodes.has(node)) return source;
    this.#markedNodes.add(node);
    const id = this.#marked.push({ node, mayWait: mayAwait(source), frame: null });
    return withMarks(source, id, process.sourceMapsEnabled === true);
  }

  /** Makes the function that the marks call. Nobody can take it away, since the marked modules need it. */
  installMarks(): void {
    const value = (id: number): void => {
      if (this.isOver || !this.ledger) return;
      const marked = this.#marked[Math.abs(id) - 1];
      if (!marked) return;
      if (id > 0) this.#began(this.ledger, marked);
      else if (marked.frame) this.ledger.leave(marked.frame, false);
    };
    Object.defineProperty(globalThis, markFunction, { value });
  }

  #began(ledger: Ledger, marked: Marked): void {
    marked.frame = ledger.enter(marked.node, marked.mayWait);
    if (this.#awaitsTurn) return;
    this.#awaitsTurn = true;
    // `queueMicrotask` would cost ten times as much.
    void settled.then(() => {
      this.#awaitsTurn = false;
      if (!this.isOver) ledger.turnEnded();
    });
  }
}
