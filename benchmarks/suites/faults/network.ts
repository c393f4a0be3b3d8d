/** Stands between a collector and ClickHouse, and is the network that fails. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Weather {
  /** Nothing gets through, nothing is accepted. */
  isDown: boolean;
  /** Answers come so much later. */
  delayMs: number;
  /** Of this share of the answers nothing arrives but the end of the connection. */
  cutShare: number;
}

const fine: Weather = { isDown: false, delayMs: 0, cutShare: 0 };

export class Network {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #weather = fine;
  #cut = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((socket) => this.#carry(socket));
  }

  static async open(targetPort: number): Promise<Network> {
    const network = new Network(targetPort);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers that were cut off so far. */
  get cut(): number {
    return this.#cut;
  }

  set(weather: Partial<Weather>): void {
    this.#weather = { ...fine, ...weather };
    if (this.#weather.isDown) for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #carry(near: Socket): void {
    if (this.#weather.isDown) {
      near.destroy();
      return;
    }
    const far = connect(this.#targetPort, '127.0.0.1');
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      // What breaks here is meant to break; both ends notice it.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (chunk) => {
      const { delayMs, cutShare } = this.#weather;
      if (Math.random() < cutShare) {
        this.#cut += 1;
        near.destroy();
      } else if (delayMs === 0) {
        near.write(chunk);
      } else {
        setTimeout(() => near.write(chunk), delayMs);
      }
    });
  }
}
