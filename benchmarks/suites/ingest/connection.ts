/**
 * One connection that sends whole requests and reads answers: of HTTP no more than it takes, for what the loader does on the
 * same cores is missing to the collector. node:http's client took 45 microseconds a request, this takes 15.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  /** Seconds; 1 where it is not told. */
  retryAfter: number;
}

/** No answer takes longer. */
const answerWithinMs = 30_000;
const endOfHeaders = '\r\n\r\n';

export class Connection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;

  constructor({ hostname, port }: URL) {
    this.#host = hostname;
    this.#port = Number(port);
  }

  /** @param request headers and body @throws where there is no answer; the next request opens the connection anew */
  async send(request: Buffer): Promise<Answer> {
    this.#socket ??= await this.#open();
    const socket = this.#socket;
    try {
      return await new Promise((resolve, reject) => {
        let text = '';
        const leave = (): void => {
          socket.off('data', take).off('close', breakOff).off('timeout', breakOff);
        };
        const breakOff = (): void => {
          leave();
          reject(new Error('the connection ended before the answer'));
        };
        const take = (chunk: Buffer): void => {
          text += chunk.toString('latin1');
          const answer = answerOf(text);
          if (answer === null) return;
          leave();
          resolve(answer);
        };
        socket.on('data', take).on('close', breakOff).on('timeout', breakOff);
        socket.write(request);
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #open(): Promise<Socket> {
    const socket = connect(this.#port, this.#host);
    socket.setNoDelay().setTimeout(answerWithinMs);
    await once(socket, 'connect');
    // Whoever waits for an answer is told by the end that follows.
    socket.on('error', () => {});
    return socket;
  }
}

/** `null` while some of it is missing. */
const answerOf = (text: string): Answer | null => {
  const end = text.indexOf(endOfHeaders);
  if (end < 0) return null;
  const headers = text.slice(0, end);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(headers)?.[1] ?? 0);
  if (text.length < end + endOfHeaders.length + length) return null;
  return {
    status: Number(headers.slice(9, 12)),
    retryAfter: Number(/\r\nretry-after: *(\d+)/i.exec(headers)?.[1] ?? 1),
  };
};
