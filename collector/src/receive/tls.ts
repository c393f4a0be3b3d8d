/** HTTPS from two files, a certificate with its chain and a private key, which are read again when they change. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { exitCode, Trouble } from '../trouble.ts';
import { watchFiles } from './watched-files.ts';

export interface TlsFiles {
  /** PEM: the server's certificate, and behind it those that lead to its authority. */
  cert: string;
  /** PEM, without a passphrase. */
  key: string;
  /** Told in one line what became of changed files. */
  notice?: (line: string) => void;
  /** How often the files are looked at, milliseconds. */
  everyMs?: number;
}

export interface KeyPair {
  cert: Buffer;
  key: Buffer;
}

/** @throws {@link Trouble} (wrong usage) for files that cannot be read or do not belong together; never holds any of the key */
export function readKeyPair({ cert, key }: TlsFiles): KeyPair {
  const pair = { cert: read(cert, '--tls-cert'), key: read(key, '--tls-key') };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new Trouble(
      `${cert} and ${key} are no certificate and the key that belongs to it (${reasonOf(error)}).`,
      'Give --tls-cert a certificate and --tls-key its private key without a passphrase, both in PEM.',
      exitCode.usage,
      { cause: error },
    );
  }
  return pair;
}

/** @returns what ends the watch */
export function watchKeyPair(files: TlsFiles, use: (pair: KeyPair) => void): () => void {
  const { notice = () => {} } = files;
  const reread = (): void => {
    try {
      use(readKeyPair(files));
      notice(`The certificate ${files.cert} was read again.`);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      notice(`The changed certificate was not taken, the one from before stays in use: ${error.message} ${error.next}`);
    }
  };
  const watch = watchFiles([files.cert, files.key], reread, files.everyMs);
  return () => watch.stop();
}

function read(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Trouble(`The file ${path} of ${option} cannot be read (${reason}).`, `Mend ${option}.`, exitCode.usage, {
      cause: error,
    });
  }
}

/** OpenSSL's code: its words could hold parts of the file. */
const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown format';
