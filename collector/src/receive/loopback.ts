/** What is this machine and nobody else's. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Also an IPv4 address that is written as an IPv6 one. */
export function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Of a URL's or a Host header's host; `[::1]` with its brackets. */
export function isLoopbackName(name: string): boolean {
  const bare = name.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return /^(.+\.)?localhost\.?$/.test(bare) || isLoopbackAddress(bare);
}

/** The address that a name stands for; an address stands for itself. @throws what the lookup throws */
export async function addressOf(host: string): Promise<string> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? (await lookup(bare)).address : bare;
}
