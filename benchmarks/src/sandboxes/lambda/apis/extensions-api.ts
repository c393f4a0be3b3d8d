/**
 * Lambda's Extensions API (2020-01-01) for one instance: who is registered, who waits for the next event.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, headerOf, objectIn, readBody, refuse } from './http.ts';

export type ExtensionEventType = 'INVOKE' | 'SHUTDOWN';

export interface Extension {
  identifier: string;
  name: string;
  /** A process of its own, from `/opt/extensions`; else it lives in the runtime's process. */
  isExternal: boolean;
  events: readonly ExtensionEventType[];
  /** Its open request for the next event. */
  waiting: ServerResponse | null;
  /** It has asked for its first event: its own init is over. */
  wasReady: boolean;
}

export interface ExtensionsApiEvents {
  /** Somebody registered or asked for the next event: what waits for all of them may look again. */
  onProgress(): void;
  /** Its first request for an event. */
  onReady(extension: Extension): void;
  onError(extension: Extension, errorType: string): void;
}

/** What the register answer tells of the function. */
export interface RegisteredFunction {
  functionName: string;
  functionVersion: string;
  handler: string;
  accountId: string;
}

const maxExtensions = 10;
const maxBodyBytes = 65_536;
const known: readonly unknown[] = ['INVOKE', 'SHUTDOWN'] satisfies ExtensionEventType[];

/** What external and internal extensions may register for. */
export type AllowedEvents = Readonly<Record<'external' | 'internal', readonly ExtensionEventType[]>>;

export class ExtensionsApi {
  readonly #fn: RegisteredFunction;
  readonly #events: ExtensionsApiEvents;
  readonly #allowed: AllowedEvents;
  readonly #externalNames: ReadonlySet<string>;
  readonly #extensions = new Map<string, Extension>();
  #isOpen = true;
  /** Once sent, it also is the answer to those who were busy and ask later. */
  #shutdown: object | null = null;

  /** @param externalNames file names in `/opt/extensions`; who registers under another name is internal */
  constructor(
    fn: RegisteredFunction,
    externalNames: readonly string[],
    allowed: AllowedEvents,
    events: ExtensionsApiEvents,
  ) {
    this.#fn = fn;
    this.#allowed = allowed;
    this.#externalNames = new Set(externalNames);
    this.#events = events;
  }

  get registered(): readonly Extension[] {
    return [...this.#extensions.values()];
  }

  get externalAreRegistered(): boolean {
    const names = new Set(this.registered.map(({ name }) => name));
    return [...this.#externalNames].every((name) => names.has(name));
  }

  /** Who asked for no events never waits for one; the platform does not wait for it either. */
  get allWait(): boolean {
    return this.registered.every(({ waiting, events, wasReady }) => waiting !== null || (wasReady && !events.length));
  }

  /** The platform takes registrations only until the runtime's first `next`. */
  closeRegistration(): void {
    this.#isOpen = false;
  }

  find(identifier: string | undefined): Extension | undefined {
    return identifier === undefined ? undefined : this.#extensions.get(identifier);
  }

  /** Hands an event to everyone who waits and asked for this type. */
  send(type: ExtensionEventType, fields: object): void {
    if (type === 'SHUTDOWN') this.#shutdown = { eventType: type, ...fields };
    for (const extension of this.#extensions.values()) {
      if (!extension.events.includes(type) || !extension.waiting) continue;
      answer(extension.waiting, 200, { eventType: type, ...fields });
      extension.waiting = null;
    }
  }

  readonly route = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: readonly string[],
  ): Promise<void> => {
    const call = `${request.method} ${path.join('/')}`;
    if (call === 'POST register') return this.#register(request, response);
    const identifier = headerOf(request, 'lambda-extension-identifier');
    const extension = this.find(identifier);
    if (!extension) {
      const type = identifier === undefined ? 'MissingExtensionIdentifier' : 'UnknownExtensionIdentifier';
      return refuse(response, 403, `Extension.${type}`, 'register first, and send Lambda-Extension-Identifier');
    }
    if (call === 'GET event/next') return this.#next(extension, response);
    if (call === 'POST init/error' || call === 'POST exit/error') {
      const errorType = headerOf(request, 'lambda-extension-function-error-type');
      if (!errorType) return refuse(response, 403, 'Extension.MissingHeader', 'name the error type in the header');
      await readBody(request, maxBodyBytes);
      answer(response, 202, { status: 'OK' });
      return this.#events.onError(extension, errorType);
    }
    refuse(response, 404, 'NotFound', `there is no ${call}`);
  };

  async #register(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = headerOf(request, 'lambda-extension-name');
    const asked: unknown = objectIn(await readBody(request, maxBodyBytes))?.events ?? [];
    if (!name) return refuse(response, 403, 'Extension.InvalidExtensionName', 'Lambda-Extension-Name is missing');
    if (!Array.isArray(asked) || !asked.every((event) => known.includes(event)))
      return refuse(response, 400, 'InvalidRequestFormat', `events must be some of ${known.join(', ')}`);
    const events = asked as ExtensionEventType[];
    if (!this.#isOpen)
      return refuse(response, 403, 'Extension.RegistrationClosed', 'extensions register before the first next');
    if (this.registered.some((extension) => extension.name === name))
      return refuse(response, 403, 'Extension.AlreadyRegistered', `${name} is registered already`);
    if (this.#extensions.size >= maxExtensions)
      return refuse(response, 403, 'Extension.TooManyExtensions', `at most ${maxExtensions}`);
    const isExternal = this.#externalNames.has(name);
    const allowed = this.#allowed[isExternal ? 'external' : 'internal'];
    const refused = events.find((event) => !allowed.includes(event));
    if (refused === 'SHUTDOWN' && this.#allowed.external.includes('INVOKE'))
      return refuse(response, 403, 'ShutdownEventNotSupportedForInternalExtension', 'SHUTDOWN is for external ones');
    if (refused)
      return refuse(
        response,
        403,
        'Extension.InvalidEventType',
        `${refused}: allowed are ${allowed.join(', ') || 'none'}`,
      );
    const identifier = randomUUID();
    this.#extensions.set(identifier, { identifier, name, isExternal, events, waiting: null, wasReady: false });
    const { accountId, ...fn } = this.#fn;
    const wantsAccount = headerOf(request, 'lambda-extension-accept-feature')?.includes('accountId');
    answer(response, 200, { ...fn, ...(wantsAccount && { accountId }) }, { 'lambda-extension-identifier': identifier });
    this.#events.onProgress();
  }

  #next(extension: Extension, response: ServerResponse): void {
    if (this.#shutdown && extension.events.includes('SHUTDOWN')) {
      answer(response, 200, this.#shutdown);
      return;
    }
    extension.waiting = response;
    response.once('close', () => {
      if (extension.waiting === response) extension.waiting = null;
    });
    if (!extension.wasReady) {
      extension.wasReady = true;
      this.#events.onReady(extension);
    }
    this.#events.onProgress();
  }
}
