/** Statements of our own, straight to the engine of a data directory. */
import { readOwner } from '@coldlens/collector';

/** Where it is, with user and password. @throws Error where nobody serves the directory */
export const engineUrl = async (data: string): Promise<string> => {
  const owner = await readOwner(data);
  if (owner === null) throw new Error(`nobody serves ${data}`);
  const { username, password } = owner.logins.collector;
  return `http://${username}:${password}@127.0.0.1:${owner.port}`;
};

/** @param url of {@link engineUrl} @returns rows as JSON, a line each @throws Error with the engine's words */
export const command = async (url: string, query: string): Promise<string> => {
  const { origin, username, password } = new URL(url);
  const response = await fetch(`${origin}/?database=coldlens&default_format=JSONEachRow`, {
    method: 'POST',
    body: query,
    headers: {
      Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      // An idle socket would hold up the engine's end.
      Connection: 'close',
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text.slice(0, 500));
  return text;
};
