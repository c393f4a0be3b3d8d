/** What became of a statement that failed: no answer, an answer that is not ClickHouse's, or an error that ClickHouse told. */
import { ClickHouseError } from '@clickhouse/client';
import { printable } from '../printable.ts';
import { Trouble } from '../trouble.ts';

/** ClickHouse error codes that mean "these credentials do not work". */
const authenticationCodes: ReadonlySet<string> = new Set(['192', '193', '194', '516']);

/** Those that mean "a server of the cluster does not answer the one that was asked". */
const shardAwayCodes: ReadonlySet<string> = new Set(['209', '210', '279']);

/** Of the client itself, which gives them no code. */
const unansweredMessages: ReadonlySet<string> = new Set(['Timeout error.', 'socket hang up']);

/** Codes that Node gives to connections, beside those of the system and of certificates. */
const connectionCode = /^(ERR_(TLS|SSL|STREAM_PREMATURE)|(?!ERR_))/;

/** Ours, whatever they say. */
const isDefect = (error: unknown): boolean =>
  !(error instanceof Error) ||
  [TypeError, RangeError, ReferenceError, SyntaxError].some((type) => error instanceof type);

/** True when no answer came at all: refused, reset, timed out, no certificate that we trust. */
export function isConnectionFailure(error: unknown): boolean {
  if (isDefect(error) || error instanceof ClickHouseError || error instanceof Trouble) return false;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? unansweredMessages.has(message) : connectionCode.test(code);
}

/** Something answered that is no ClickHouse, or one that does not know us. */
export class StrangersAnswer extends Error {
  override readonly name = 'StrangersAnswer';
}

/** What the client is told; it gives the words of a stranger as a plain error, which is then told from our own. */
export async function toldBy<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const isPlain = error instanceof Error && error.constructor === Error && !('code' in error);
    if (!isPlain || isConnectionFailure(error)) throw error;
    throw new StrangersAnswer(error.message, { cause: error });
  }
}

/** True when ClickHouse does not take the user or the password. */
export const isRefusedLogin = (error: unknown): boolean =>
  error instanceof ClickHouseError && authenticationCodes.has(error.code);

/** What a person can do about an error of a client; what is a defect of ours stays what it is. */
export function troubleOf(error: unknown, origin: string): unknown {
  if (isConnectionFailure(error)) {
    return new Trouble(
      `ClickHouse at ${origin} cannot be reached (${reasonOf(error)}).`,
      'Check the address and that the server runs; its HTTP port is 8123 by default, 8443 for https.',
      undefined,
      { cause: error },
    );
  }
  if (error instanceof StrangersAnswer) {
    return new Trouble(
      `The server at ${origin} does not answer as ClickHouse does: ${reasonOf(error)}`,
      'Check the address; what stands between may have answered in its place.',
      undefined,
      { cause: error },
    );
  }
  if (!(error instanceof ClickHouseError)) return error;
  if (isRefusedLogin(error)) {
    return new Trouble(
      `ClickHouse at ${origin} refuses the user or password.`,
      'Put the right ones into the URL: http://USER:PASSWORD@HOST:PORT/DATABASE.',
      undefined,
      { cause: error },
    );
  }
  if (shardAwayCodes.has(error.code)) {
    return new Trouble(
      `A shard of the cluster that ClickHouse at ${origin} belongs to does not answer it, and without it an answer would lack functions.`,
      'Start that server again; SELECT * FROM system.clusters names all of them.',
      undefined,
      { cause: error },
    );
  }
  return new Trouble(
    `ClickHouse at ${origin} answered with error ${error.code} (${error.type ?? 'unknown'}): ${printable(error.message)}`,
    "Look the code up in ClickHouse's documentation, and check the user's rights and the server's memory.",
    undefined,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return printable(code ?? message ?? String(error));
}
