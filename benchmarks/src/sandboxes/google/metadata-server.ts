/** Stands in for Google's metadata server: what a function asks it about itself. It listens on loopback only. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { closeAtOnce, listenOnLoopback } from '../loopback.ts';

/** Project and region of Google's own documentation examples. */
export const exampleProject = 'my-project';
export const exampleRegion = 'us-central1';

export class MetadataServer {
  readonly #server: Server;

  constructor() {
    const answers: Readonly<Record<string, string>> = {
      'project/project-id': exampleProject,
      'project/numeric-project-id': '123456789012',
      'instance/region': `projects/123456789012/regions/${exampleRegion}`,
      'instance/id': randomBytes(64).toString('hex'),
    };
    this.#server = createServer((request, response) => {
      const answer = answers[(request.url ?? '').replace('/computeMetadata/v1/', '')];
      // As the real one: who does not say that he means it, gets nothing.
      if (request.headers['metadata-flavor'] !== 'Google') response.writeHead(403).end();
      else if (answer === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'metadata-flavor': 'Google', 'content-type': 'application/text' }).end(answer);
    });
  }

  /** @returns value of `GCE_METADATA_HOST` */
  listen(): Promise<string> {
    return listenOnLoopback(this.#server);
  }

  close(): void {
    closeAtOnce(this.#server);
  }
}
