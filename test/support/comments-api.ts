/** GitHub's API of comments on a loopback port: as much of it as a comment that is edited in place needs. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeComment {
  id: number;
  body: string;
  user: { login: string; type: 'Bot' | 'User' };
}

export class CommentsApi {
  readonly comments: FakeComment[] = [];
  /** `POST /repos/...` and so on, with the Authorization header that came. */
  readonly requests: { method: string; path: string; authorization: string | undefined }[] = [];
  /** Answers these statuses to the next requests instead. */
  readonly failures: number[] = [];
  /** Who the token is; `null` = a workflow's token, which may not ask. */
  login: string | null = null;
  /** Refuses to write, as with the token of a pull request from a fork. */
  isReadOnly = false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<CommentsApi> {
    const api = new CommentsApi();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(body: string, login = 'stranger', type: 'Bot' | 'User' = 'User'): FakeComment {
    const comment: FakeComment = { id: this.comments.length + 1, body, user: { login, type } };
    this.comments.push(comment);
    return comment;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const text = (await request.setEncoding('utf8').toArray()).join('');
    this.requests.push({ method, path: url, authorization: request.headers.authorization });
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    };
    const failure = this.failures.shift();
    const { pathname, searchParams } = new URL(url, this.url);
    if (failure !== undefined) return send(failure, { message: 'no' });
    if (pathname === '/user') {
      return this.login === null ? send(403, { message: 'not by integration' }) : send(200, { login: this.login });
    }
    if (method !== 'GET' && this.isReadOnly) return send(403, { message: 'Resource not accessible by integration' });
    const account = this.login ?? 'github-actions[bot]';
    if (pathname === '/repos/shop/api/issues/7/comments') {
      if (method === 'POST') {
        const comment = this.add(JSON.parse(text).body, account, this.login === null ? 'Bot' : 'User');
        return send(201, { ...comment, html_url: `https://github.example/shop/api/pull/7#${comment.id}` });
      }
      const from = (Number(searchParams.get('page')) - 1) * Number(searchParams.get('per_page'));
      return send(200, this.comments.slice(from, from + Number(searchParams.get('per_page'))));
    }
    const id = Number(/^\/repos\/shop\/api\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
    const comment = this.comments.find((candidate) => candidate.id === id);
    if (method !== 'PATCH' || comment === undefined) return send(404, { message: 'Not Found' });
    comment.body = JSON.parse(text).body;
    send(200, { ...comment, html_url: `https://github.example/shop/api/pull/7#${id}` });
  }
}
