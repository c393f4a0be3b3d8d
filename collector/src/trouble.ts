/** Exit codes of every command. */
export const exitCode = { fine: 0, checkFailed: 1, usage: 2, failed: 3 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/**
 * Something a person has to mend: the message is one clear sentence that says what and where, `next` what to do.
 * Faces print both and no stack trace; anything else that is thrown is a defect of ours.
 */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly next: string;
  readonly exitCode: ExitCode;

  constructor(message: string, next: string, code: ExitCode = exitCode.failed, options?: ErrorOptions) {
    super(message, options);
    this.next = next;
    this.exitCode = code;
  }
}
