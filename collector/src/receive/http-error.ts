/** A request that is answered with an error status and one sentence for the sender. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** For people who use the read API. */
  readonly next: string;

  constructor(status: number, message: string, next = '') {
    super(message);
    this.status = status;
    this.next = next;
  }
}
