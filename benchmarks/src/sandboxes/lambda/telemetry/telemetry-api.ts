/** Lambda's Telemetry API (2022-07-01) for one instance: extensions subscribe during init, events go to all of them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, headerOf, objectIn, readBody, refuse } from '../apis/http.ts';
import { Delivery, type TelemetryEvent } from './delivery.ts';
import { readSubscription, type Stream } from './subscription.ts';

/** Who asks, by its identifier; `null` for a stranger. */
type NameOf = (identifier: string | undefined) => string | null;

const maxBodyBytes = 65_536;
/** Most characters of log lines that are kept for who subscribes later; a function may print without end. */
const maxEarlyChars = 4_194_304;
/** What keeping a line takes beside its text. */
const lineChars = 200;

export class TelemetryApi {
  readonly #nameOf: NameOf;
  readonly #schemas: readonly string[];
  readonly #deliveries = new Map<string, Delivery>();
  /** Events from before the first subscription: a subscriber gets them too. */
  readonly #early: { stream: Stream; event: TelemetryEvent }[] = [];
  #earlyChars = 0;
  #isInit = true;

  /** @param schemas versions that a subscriber may ask for */
  constructor(nameOf: NameOf, schemas: readonly string[]) {
    this.#nameOf = nameOf;
    this.#schemas = schemas;
  }

  /** @param time when it happened, Unix milliseconds */
  emit(stream: Stream, type: string, record: unknown, time = Date.now()): void {
    const event = { time: new Date(time).toISOString(), type, record };
    if (this.#isInit && this.#earlyChars < maxEarlyChars) {
      this.#early.push({ stream, event });
      if (typeof record === 'string') this.#earlyChars += record.length + lineChars;
    }
    for (const delivery of this.#deliveries.values()) {
      if (delivery.subscription.streams.includes(stream)) delivery.add(event);
    }
  }

  /** Nobody subscribes after init, which ends when the runtime and all extensions have asked for an event. */
  endInit(): void {
    this.#isInit = false;
    this.#early.length = 0;
  }

  pause(): void {
    for (const delivery of this.#deliveries.values()) delivery.pause();
  }

  resume(): void {
    for (const delivery of this.#deliveries.values()) delivery.resume();
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.flush()));
  }

  close(): void {
    for (const delivery of this.#deliveries.values()) delivery.close();
  }

  readonly route = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: readonly string[],
  ): Promise<void> => {
    if (request.method !== 'PUT' || path.some((part) => part !== ''))
      return refuse(response, 404, 'NotFound', 'subscribe with PUT /2022-07-01/telemetry');
    const name = this.#nameOf(headerOf(request, 'lambda-extension-identifier'));
    if (name === null)
      return refuse(response, 403, 'Extension.UnknownExtensionIdentifier', 'register as an extension first');
    if (!this.#isInit)
      return refuse(response, 403, 'Telemetry.SubscriptionClosed', 'extensions subscribe during their init');
    const subscription = readSubscription(objectIn(await readBody(request, maxBodyBytes)), this.#schemas);
    if (typeof subscription === 'string') return refuse(response, 400, 'ValidationError', subscription);
    this.#deliveries.get(name)?.close();
    const delivery = new Delivery(subscription);
    this.#deliveries.set(name, delivery);
    for (const { stream, event } of this.#early) if (subscription.streams.includes(stream)) delivery.add(event);
    answer(response, 200, 'OK');
    this.emit('platform', 'platform.telemetrySubscription', {
      name,
      state: 'Subscribed',
      types: subscription.streams,
    });
  };
}
