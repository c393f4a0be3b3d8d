import type { RefusalReason } from './stats.ts';

/** A request that the buffer did not take; nothing of it was kept, and it may be sent again. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
