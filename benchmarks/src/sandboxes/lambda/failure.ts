/** Why an instance could not go on, in the platform's words. */

/**
 * init, restore: the runtime said so; exit: its process ended; extension: one of them failed; timeout: a limit was
 * reached.
 */
export type FailureKind = 'init' | 'restore' | 'exit' | 'extension' | 'timeout';

export type Status = 'success' | 'failure' | 'error' | 'timeout';

const statusOf: Readonly<Record<FailureKind, Status>> = {
  init: 'error',
  restore: 'error',
  exit: 'failure',
  extension: 'failure',
  timeout: 'timeout',
};

export class SandboxFailure extends Error {
  readonly kind: FailureKind;
  readonly errorType: string;
  /** What the function itself said: an error's body, or the end of its output. */
  readonly output: string;

  /** @param how for people, where the error type alone does not tell: `SIGKILL`, `exit code 1` */
  constructor(kind: FailureKind, errorType: string, output: string, how = '') {
    super(how);
    this.name = 'SandboxFailure';
    this.kind = kind;
    this.errorType = errorType;
    this.output = output;
  }

  get status(): Status {
    return statusOf[this.kind];
  }
}
