/**
 * What only Google's metadata server tells a function of itself: region, project and instance id.
 * https://cloud.google.com/run/docs/container-contract#metadata-server
 */
import type { ClientRequest } from 'node:http';
import type { Attributes } from '../invocation.ts';
import { attribute } from '../vocabulary.ts';
import type { Environment } from './platform.ts';

/** It answers in a few milliseconds, or it is not there. */
const maxMs = 500;
const maxChars = 256;

/** Attribute, where it is found, and what of the answer is wanted. */
const facts: readonly (readonly [name: string, path: string, part: RegExp])[] = [
  [attribute.cloudAccountId, 'project/project-id', /^.+$/],
  // `projects/<number>/regions/<region>`
  [attribute.cloudRegion, 'instance/region', /[^/]+$/],
  [attribute.instanceId, 'instance/id', /^.+$/],
];

/** The answer; `undefined` when there is none in time. Holds no process open. */
const ask = (host: string, path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    let request: ClientRequest | undefined;
    const end = (text?: string): void => {
      clearTimeout(late);
      request?.destroy();
      resolve(text);
    };
    const late = setTimeout(end, maxMs).unref();
    try {
      const { get } = process.getBuiltinModule('node:http');
      const headers = { 'Metadata-Flavor': 'Google' };
      const url = `http://${host}/computeMetadata/v1/${path}`;
      request = get(url, { headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > maxChars) end();
        });
        response.on('end', () => end(response.statusCode === 200 ? text.trim() : undefined));
        // Cut off before its end.
        response.on('close', () => end());
      });
      request.on('socket', (socket) => socket.unref());
      request.on('error', () => end());
    } catch {
      // A host that is no host: as if nobody had answered.
      end();
    }
  });

/** Never rejects; what is not answered is left out. `GCE_METADATA_HOST` is what Google's own libraries honour. */
export const askMetadataServer = async (env: Environment): Promise<Attributes> => {
  const host = env.GCE_METADATA_HOST || 'metadata.google.internal';
  const answers = await Promise.all(facts.map(([, path]) => ask(host, path)));
  return Object.fromEntries(
    facts.flatMap(([name, , part], index) => {
      const found = answers[index]?.match(part)?.[0];
      return found ? [[name, found]] : [];
    }),
  );
};
