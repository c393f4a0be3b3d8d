/** What keeps a collector's door: tokens, a certificate, connections of one address. */
import { usage } from '@coldlens/benchmarks/cli';
import { accessOf, type CollectorOptions } from '@coldlens/collector';

export interface GuardValues {
  tokens: string | undefined;
  'tls-cert': string | undefined;
  'tls-key': string | undefined;
  'sockets-per-address': number;
}

export type Guard = Required<Pick<CollectorOptions, 'access' | 'socketsPerAddress'>> & Pick<CollectorOptions, 'tls'>;

/**
 * @param notice told in one line what became of a file that has changed
 * @throws Trouble (wrong usage) for files that cannot be used; never with what they hold
 */
export function guardOf(
  { tokens, 'tls-cert': cert, 'tls-key': key, 'sockets-per-address': socketsPerAddress }: GuardValues,
  text: string | undefined,
  notice: (line: string) => void,
): Guard {
  if ((cert === undefined) !== (key === undefined)) {
    throw usage(
      `${cert === undefined ? '--tls-key' : '--tls-cert'} is there without the other.`,
      'Give both --tls-cert and --tls-key, or neither.',
    );
  }
  return {
    // An empty variable is none.
    access: accessOf({ file: tokens, text: text || undefined, notice }),
    socketsPerAddress,
    ...(cert !== undefined && key !== undefined && { tls: { cert, key, notice } }),
  };
}
