/** The one address behind `AWS_LAMBDA_RUNTIME_API`: the runtime's, the extensions' and the telemetry's API by version. */
import { createServer, type Server } from 'node:http';
import { closeAtOnce, listenOnLoopback } from '../../loopback.ts';
import { type Route, refuse } from './http.ts';

/** `/2018-06-01/runtime/...` and so on: version, name, and who answers below it. */
export type Routes = Readonly<Record<string, { name: string; route: Route }>>;

/** The server of one instance. It listens on loopback only. */
export class SandboxServer {
  readonly #server: Server;

  constructor(routes: Routes) {
    this.#server = createServer((request, response) => {
      const [, version = '', name, ...path] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
      const found = routes[version];
      if (!found || found.name !== name) return refuse(response, 404, 'NotFound', `there is no ${request.url}`);
      found.route(request, response, path).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, 500, 'SandboxError', String(error));
      });
    });
    // A frozen instance keeps its `next` open for as long as it takes.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  /** Starts to listen on a free port; resolves to the value of `AWS_LAMBDA_RUNTIME_API`. */
  listen(): Promise<string> {
    return listenOnLoopback(this.#server);
  }

  close(): void {
    closeAtOnce(this.#server);
  }
}
