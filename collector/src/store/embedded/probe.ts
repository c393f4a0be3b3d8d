/** Asks a port whether the ClickHouse of a certain directory answers there. */
import { get } from 'node:http';
import { basic, type Login } from './logins.ts';

const question = `/?query=${encodeURIComponent("SELECT path FROM system.disks WHERE name = 'default' FORMAT TSVRaw")}`;

/** Longest answer that is read; a path is far shorter. */
const maxAnswerBytes = 8192;

/**
 * True when the server at 127.0.0.1:port keeps its data in `directory` (a real path). Any other server there, or
 * none, is false: a port from an old file may belong to someone else by now.
 * @param login absent = the one that needs no password
 */
export async function servesDirectory(
  port: number,
  directory: string,
  login?: Login,
  timeoutMs = 1000,
): Promise<boolean> {
  const answer = await ask(port, login, timeoutMs);
  return answer !== null && answer.trim().replace(/\/+$/, '') === directory;
}

/** Without keep-alive: an idle socket would delay the server's end by seconds. */
function ask(port: number, login: Login | undefined, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const headers = login === undefined ? {} : { Authorization: basic(login) };
    const options = { host: '127.0.0.1', port, path: question, headers, agent: false, timeout: timeoutMs };
    const request = get(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > maxAnswerBytes) request.destroy();
      });
      response.on('end', () => resolve(response.statusCode === 200 ? body : null));
      response.on('close', () => resolve(null));
    });
    // Bounds the whole exchange; `timeout` above only bounds silence.
    const deadline = setTimeout(() => request.destroy(), timeoutMs);
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
    request.on('close', () => {
      clearTimeout(deadline);
      resolve(null);
    });
  });
}
