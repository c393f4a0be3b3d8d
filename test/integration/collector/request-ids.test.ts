/** Ids by which platforms send a request again: one sender's are never another's, whatever they are. */
import assert from 'node:assert/strict';
import { openStore, type Store, startCollector } from '#collector/index.js';
import { accessOf } from '#collector/receive/access.js';
import { directoryWithTables, removeDirectory, untilStored, watched } from '../../support/collector.ts';

const tokens = { own: 'write-own-0123456789', other: 'write-other-0123456789' } as const;

describe('the id of a request', () => {
  let data = '';
  let store: Store | undefined;
  let collector: Awaited<ReturnType<typeof startCollector>> | undefined;
  before(async () => {
    data = await directoryWithTables();
    store = await openStore({ data });
    const access = accessOf({
      text: Object.values(tokens)
        .map((token) => `write ${token}`)
        .join('\n'),
    });
    collector = watched(await startCollector({ port: 0, store, access }));
  });
  after(async () => {
    await collector?.close();
    await store?.close();
    await removeDirectory(data);
  });

  let made = 0;
  /** An execution of a 1st gen function, as Pub/Sub pushes it unwrapped. */
  const send = async (token: string, functionName: string): Promise<void> => {
    made += 1;
    const entry = {
      ...{ insertId: String(made), timestamp: new Date().toISOString(), labels: { execution_id: String(made) } },
      logName: 'projects/p/logs/cloudfunctions.googleapis.com%2Fcloud-functions',
      resource: { type: 'cloud_function', labels: { project_id: 'p', region: 'r', function_name: functionName } },
      textPayload: 'Function execution took 16 ms, finished with status code: 200',
    };
    const response = await fetch(`${collector?.url}/v1/google`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'X-Goog-Pubsub-Message-Id': 'the-same' },
      body: JSON.stringify(entry),
    });
    assert.equal(response.status, 200, await response.text());
  };

  it('lets nobody keep out what another sends', async () => {
    await send(tokens.other, 'taken-first');
    await send(tokens.own, 'kept-all-the-same');
    // Sent again by its own sender it is known, whatever it holds by now.
    await send(tokens.own, 'told-twice');
    await untilStored(collector?.url ?? '');
    const ranking = await store?.ranking({ sinceMs: 3_600_000, sort: 'invocations', limit: 10 });
    assert.deepEqual(ranking?.functions.map(({ name }) => name).toSorted(), ['kept-all-the-same', 'taken-first']);
  });
});
