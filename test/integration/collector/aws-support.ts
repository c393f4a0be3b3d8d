/** A collector with tokens, and requests as Amazon Data Firehose makes them. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Collector, openStore, type RankedFunction, type Store, startCollector } from '#collector/index.js';
import { accessOf } from '#collector/receive/access.js';
import { directoryWithTables, removeDirectory, untilStored, watched } from '../../support/collector.ts';

export const token = 'write-0123456789abcdef';
const hourMs = 3_600_000;

export interface Guarded {
  store: Store;
  collector: Collector;
  ranked(name: string): Promise<RankedFunction | undefined>;
}

/** Call it inside `describe`. */
export const guardedCollector = (): Guarded => {
  let data = '';
  const running = {
    ranked: async (name: string) => {
      await untilStored(running.collector.url);
      const { functions } = await running.store.ranking({
        sinceMs: hourMs,
        sort: 'cost',
        limit: 100,
        filter: name,
      });
      return functions.find((row) => row.name === name);
    },
  } as Guarded;
  before(async () => {
    data = await directoryWithTables();
    running.store = await openStore({ data });
    const access = accessOf({ text: `write ${token}` });
    running.collector = watched(await startCollector({ port: 0, store: running.store, access }));
  });
  after(async () => {
    const { collector, store } = running as Partial<Guarded>;
    await collector?.close();
    await store?.close();
    await removeDirectory(data);
  });
  return running;
};

export interface LoggedEvent {
  readonly atMs: number;
  readonly message: string;
}

/** As a subscription filter sends it. */
export const subscriptionMessage = (functionName: string, stream: string, events: readonly LoggedEvent[]) => ({
  ...{ messageType: 'DATA_MESSAGE', owner: '123456789012', logGroup: `/aws/lambda/${functionName}`, logStream: stream },
  subscriptionFilters: ['coldlens'],
  logEvents: events.map(({ atMs, message }, index) => ({ id: String(index), timestamp: atMs, message })),
});

export interface Delivery {
  messages: readonly unknown[];
  requestId?: string;
  accessKey?: string;
  isGzip?: boolean;
  headers?: Record<string, string>;
}

/** https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html */
export const deliver = (
  url: string,
  { messages, requestId = randomUUID(), accessKey = token, isGzip = false, headers = {} }: Delivery,
): Promise<Response> => {
  const records = messages.map((one) => ({ data: gzipSync(JSON.stringify(one)).toString('base64') }));
  const body = JSON.stringify({ requestId, timestamp: Date.now(), records });
  return fetch(`${url}/v1/firehose`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Amz-Firehose-Protocol-Version': '1.0',
      'X-Amz-Firehose-Request-Id': requestId,
      'X-Amz-Firehose-Source-Arn': 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/coldlens',
      'X-Amz-Firehose-Access-Key': accessKey,
      ...(isGzip && { 'Content-Encoding': 'gzip' }),
      ...headers,
    },
    body: isGzip ? gzipSync(body) : body,
    signal: AbortSignal.timeout(15_000),
  });
};
