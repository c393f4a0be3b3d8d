/** The life of a sandbox's server: a free port of this machine, and an end that waits for nobody. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts to listen on a free loopback port; resolves to `host:port`. */
export const listenOnLoopback = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

export const closeAtOnce = (server: Server): void => {
  server.close();
  server.closeAllConnections();
};
