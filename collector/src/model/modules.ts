/**
 * What packages cost in cold starts: of each cold start whose module tree an agent has told, the time of every package with
 * all that it was the first to load.
 */
import { moduleAttribute } from '@coldlens/agent/vocabulary';
import { boolean, number, text } from './attributes.ts';
import type { ReceivedSpan } from './invocation/facts.ts';
import type { InvocationIdentity } from './invocation/partial.ts';
import type { DecodedSpan } from './span.ts';
import { msToNs } from './time.ts';

/** One package in one cold start. */
export interface PackageCost extends InvocationIdentity {
  /** When the module tree was seen. */
  seenNs: bigint;
  /** '' = the user's own code; `node` = builtins. */
  packageName: string;
  /** '' = it does not say. */
  packageVersion: string;
  /** Reading, parsing, evaluating and finding its own modules. */
  selfNs: bigint;
  /** With all that it was the first to ask for. */
  totalNs: bigint;
  modules: number;
  bytes: number;
  /** Where the user's own code imports it; '' = not told. */
  importedBy: string;
  /** `null` = nobody looked. */
  isUsed: boolean | null;
}

/** The largest module tree that an agent tells has 401 spans; more than these are a mistake, or go in a circle. */
const mostModules = 1_000;
const mostPackages = 1_000;

interface Module {
  received: ReceivedSpan;
  span: DecodedSpan;
  name: string;
  version: string;
}

const moduleOf = (received: ReceivedSpan): Module | null => {
  const { span, phase } = received;
  const sources = [span.attributes];
  const isModule = number(sources, moduleAttribute.selfMs) !== null && phase === null;
  if (!isModule) return null;
  const name = span.attributes.get(moduleAttribute.package);
  // What several packages share tells of none.
  if (typeof name !== 'string') return null;
  return { received, span, name: name.slice(0, 200), version: text(sources, moduleAttribute.packageVersion) ?? '' };
};

const nsOf = ({ span }: Module, name: string): bigint => msToNs(number([span.attributes], name) ?? 0) ?? 0n;
const countOf = ({ span }: Module, name: string, usual: number): number =>
  Math.min(1e12, Math.max(0, Math.round(number([span.attributes], name) ?? usual)));

/** The invocation that the modules' trace belongs to, by any span of the trace that names one. */
const identitiesOf = (spans: readonly ReceivedSpan[]): ReadonlyMap<string, InvocationIdentity> => {
  const known = new Map<string, InvocationIdentity>();
  for (const { span, phase, invocationId, of } of spans) {
    if (phase === null || known.has(span.traceId)) continue;
    const { functionName, told } = of;
    if (functionName === null || invocationId === null) continue;
    const { provider, account, region } = told;
    known.set(span.traceId, { provider, account, region, functionName, invocationId });
  }
  return known;
};

/** A module that its own package asked for, directly or not, is in that one's total already. */
const isEntry = (module: Module, byId: ReadonlyMap<string, Module>): boolean => {
  let at = byId.get(module.span.parentSpanId);
  for (let above = 0; at && above < mostModules; above++) {
    if (at.name === module.name) return false;
    at = byId.get(at.span.parentSpanId);
  }
  return true;
};

const costOf = (
  members: readonly Module[],
  byId: ReadonlyMap<string, Module>,
): Omit<PackageCost, keyof InvocationIdentity | 'seenNs'> => {
  const [first] = members as [Module];
  const sum = (of: (module: Module) => bigint): bigint => members.reduce((all, module) => all + of(module), 0n);
  const used = members
    .map(({ span }) => boolean([span.attributes], moduleAttribute.used))
    .filter((one) => one !== null);
  return {
    packageName: first.name,
    packageVersion: members.find(({ version }) => version !== '')?.version ?? '',
    selfNs: sum((module) => nsOf(module, moduleAttribute.selfMs) + nsOf(module, moduleAttribute.resolveMs)),
    totalNs: sum((module) => (isEntry(module, byId) ? nsOf(module, moduleAttribute.totalMs) : 0n)),
    modules: members.reduce((all, module) => all + countOf(module, moduleAttribute.count, 1), 0),
    bytes: members.reduce((all, module) => all + countOf(module, moduleAttribute.bytes, 0), 0),
    importedBy: members.map(({ span }) => text([span.attributes], moduleAttribute.importedBy)).find((one) => one) ?? '',
    isUsed: used.length === 0 ? null : used.includes(true),
  };
};

/** Spans of a module tree come in one request with those of their invocation; others tell of no cold start. */
export const packageCostsOf = (spans: readonly ReceivedSpan[]): PackageCost[] => {
  const modules = spans.map(moduleOf).filter((module) => module !== null);
  if (modules.length === 0) return [];
  const identities = identitiesOf(spans);
  const byId = new Map(modules.map((module) => [module.span.spanId, module]));
  return [...Map.groupBy(modules, ({ span }) => span.traceId)].flatMap(([traceId, ofTrace]) => {
    const identity = identities.get(traceId);
    const [first] = ofTrace;
    if (!identity || !first) return [];
    const { seenNs } = first.received;
    return [...Map.groupBy(ofTrace, ({ name }) => name).values()]
      .slice(0, mostPackages)
      .map((members) => ({ ...identity, seenNs, ...costOf(members, byId) }));
  });
};
