/** Function apps as Azure names them, and the functions in them as our agent does: `app/function`. */
import { type FunctionFacts, namedFunction } from '../../model/invocation/facts.ts';
import { at, kept, nameAt, named } from '../fields.ts';
import type { Place } from '../format.ts';

export type NamedFunction = FunctionFacts & { functionName: string };

/** What a record says of where it is from. */
export interface Source {
  /** Of the app, or of its Application Insights: then only the subscription is of use. */
  readonly resourceId?: string | undefined;
  /** The app by its own name, with its slot: `shop`, `shop-staging`. */
  readonly app?: string | undefined;
  readonly region?: string | undefined;
  readonly instanceId?: string | undefined;
}

const subscription = /^\/subscriptions\/([^/]{1,128})/i;
const site = /\/providers\/microsoft\.web\/sites\/([^/]{1,128})(?:\/slots\/([^/]{1,128}))?/i;

/** The host names an app so, with its slot; https://github.com/Azure/azure-functions-host (GetAzureWebsiteUniqueSlotName). */
const appOf = (resourceId: string | undefined): string | undefined => {
  const [, app, slot] = site.exec(resourceId ?? '') ?? [];
  return slot === undefined || slot.toLowerCase() === 'production' ? app : `${app}-${slot}`;
};

/** More than these are not seen at once; then all are forgotten, which costs time only. */
const mostKnown = 4_096;
/** Longer ones are not Azure's. */
const longestKey = 2_048;

/** The same object for the same function on the same instance. */
export class Apps {
  readonly #place: Place;
  readonly #known = new Map<string, NamedFunction | undefined>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** @param ownName within the app; absent = the app itself @returns undefined where nothing says of which app it is */
  find(ownName: string | undefined, source: Source): NamedFunction | undefined {
    const { resourceId, app, region, instanceId } = source;
    const key = `${ownName ?? ''}\0${resourceId}\0${app}\0${region}\0${instanceId}`;
    if (key.length > longestKey) return this.#make(ownName, source);
    let known = this.#known.get(key);
    if (known === undefined && !this.#known.has(key)) {
      known = this.#make(ownName, source);
      if (this.#known.size >= mostKnown) this.#known.clear();
      this.#known.set(kept(key), known);
    }
    return known;
  }

  #make(ownName: string | undefined, { resourceId = '', app, region, instanceId }: Source): NamedFunction | undefined {
    const given = this.#place.functionName;
    const appName = appOf(resourceId) ?? (app || given);
    const told = ownName === undefined ? appName : appName && `${appName}/${ownName}`;
    // A person may name the app, or the function itself.
    const name = given?.includes('/') ? given : told;
    // Bytes that are no text do not name anything.
    if (name === undefined || name.includes('\ufffd')) return undefined;
    const account = subscription.exec(resourceId)?.[1] ?? this.#place.account ?? '';
    return namedFunction(kept(named(name)), {
      ...{ provider: 'azure', account: named(account), region: named((region || this.#place.region) ?? '') },
      ...{ cloudPlatform: 'azure.functions', ...(instanceId && { instanceId: named(instanceId) }) },
    });
  }
}

/** The host's process that serves; `null` where only half of it is told, which would make one process look like two. */
export const processOf = (told: unknown): string | null => {
  const host = nameAt(told, 'hostInstanceId') ?? nameAt(told, 'HostInstanceId');
  const process = processIdAt(told, 'processId') ?? processIdAt(told, 'ProcessId');
  return host === undefined || process === undefined ? null : named(`${host.toLowerCase()}/${process}`);
};

const processIdAt = (told: unknown, name: string): string | undefined => {
  const found = at(told, name);
  return typeof found === 'number' || typeof found === 'string' ? String(found).slice(0, 32) : undefined;
};
