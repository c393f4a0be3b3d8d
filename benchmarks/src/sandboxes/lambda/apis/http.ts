/** What the three APIs of an instance share: bounded bodies and JSON answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One API below its version: gets the path's parts after it. */
export type Route = (request: IncomingMessage, response: ServerResponse, path: readonly string[]) => Promise<void>;

/** The body as text; `null` when it is longer than `maxBytes`. */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<string | null> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

export const answer = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

/** A refusal as the platform words it. */
export const refuse = (response: ServerResponse, status: number, errorType: string, errorMessage: string): void =>
  answer(response, status, { errorType, errorMessage });

export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The JSON object in a text; `null` when it is none. */
export const objectIn = (text: string | null): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};
