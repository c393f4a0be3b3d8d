/** A `--clickhouse URL` taken apart and checked. */
import { exitCode, Trouble } from '../trouble.ts';

/** Where a ClickHouse is and how to log in. */
export interface Target {
  /** Scheme, host and port; never a password. */
  origin: string;
  username: string;
  password: string;
  database: string;
}

export const defaultDatabase = 'coldlens';

/** Names that need no quoting; so a name can be put into a statement without a second thought. */
const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

const shape =
  'Write it as http://USER:PASSWORD@HOST:PORT/DATABASE (or https); user, password and database may be left out.';

/**
 * Reads `http(s)://user:pass@host:port/db`.
 * @throws {@link Trouble} (wrong usage); its text never holds the password.
 */
export function parseTarget(url: string): Target {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new Trouble('The ClickHouse URL is no http or https URL.', shape, exitCode.usage);
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    throw new Trouble('The ClickHouse URL has a ? or # part, which is not read.', shape, exitCode.usage);
  }
  const database = parsed.pathname.replace(/^\/|\/$/g, '') || defaultDatabase;
  if (!identifier.test(database)) {
    throw new Trouble(
      'The database in the ClickHouse URL is not a plain name (letters, digits and _; at most 63).',
      shape,
      exitCode.usage,
    );
  }
  return {
    origin: parsed.origin,
    username: decode(parsed.username) || 'default',
    password: decode(parsed.password),
    database,
  };
}

/**
 * The targets of inserts and of questions, which must be of one database.
 * @throws {@link Trouble} (wrong usage); its text never holds a password.
 */
export function targetsOf(url: string, readUrl = url): [target: Target, reader: Target] {
  const [target, reader] = [parseTarget(url), parseTarget(readUrl)];
  if (target.database === reader.database) return [target, reader];
  throw new Trouble(
    `Inserts are for the database ${target.database}, questions for ${reader.database}.`,
    'Name the same database at the end of --clickhouse and --clickhouse-read.',
    exitCode.usage,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Trouble(
      'The user or password in the ClickHouse URL has a % that encodes nothing.',
      shape,
      exitCode.usage,
    );
  }
}

/** The target of an embedded server. */
export function loopbackTarget(origin: string, login: Pick<Target, 'username' | 'password'>): Target {
  return { origin, ...login, database: defaultDatabase };
}
