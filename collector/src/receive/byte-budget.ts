/** How many bytes of request bodies may be in memory at once, over all connections. */

export interface ByteLease {
  /** Takes more; false when the budget is spent (what was taken before stays taken). */
  take(bytes: number): boolean;
  /** Gives everything back. Safe to call twice. */
  release(): void;
}

export class ByteBudget {
  readonly #limit: number;
  #taken = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  lease(): ByteLease {
    let mine = 0;
    return {
      take: (bytes) => {
        if (this.#taken + bytes > this.#limit) return false;
        this.#taken += bytes;
        mine += bytes;
        return true;
      },
      release: () => {
        this.#taken -= mine;
        mine = 0;
      },
    };
  }
}
