/** What every span tells of the function that it comes from, whoever sends it. */
import { attribute, type PhaseName, platformPhase } from '@coldlens/agent/vocabulary';
import { number, text } from '../attributes.ts';
import { type Attributes, type DecodedSpan, overflowName } from '../span.ts';
import { believableNs } from '../time.ts';
import { cloudflareId, isCloudflareRoot } from './cloudflare-spans.ts';
import type { PartialInvocation } from './partial.ts';
import { spelled } from './spelling.ts';

/** The phases of the agent's spans, and the span of the platform's figures. */
export type SpanPhase = PhaseName | typeof platformPhase;

const phases: readonly SpanPhase[] = ['invocation', 'runtime_start', 'init', 'execution', platformPhase];

const phaseOf = ({ attributes }: DecodedSpan): SpanPhase | null => {
  const told = attributes.get(attribute.phase);
  return phases.find((phase) => phase === told) ?? null;
};

/** Until 1.18 of the conventions; Go's and .NET's instrumentations of functions kept it longest. */
const oldestInvocationId = 'faas.execution';

/** The provider's invocation id in whatever generation of the conventions. */
const invocationIdOf = (span: DecodedSpan): string | null => {
  const id = text([span.attributes], attribute.invocationId, attribute.invocationIdOld, oldestInvocationId);
  return isCloudflareRoot(span) ? cloudflareId(span, id) : id;
};

/**
 * Names that the OpenTelemetry collector's layer for Lambda gives to provider and region of its own resource.
 * https://github.com/open-telemetry/opentelemetry-lambda/tree/main/collector/receiver/telemetryapireceiver
 */
const invoked = { provider: 'faas.invoked_provider', region: 'faas.invoked_region' } as const;

/** vCPUs of an instance, such as 0.5: what no platform tells, but a person can (`OTEL_RESOURCE_ATTRIBUTES`). */
const vcpuAttribute = 'coldlens.vcpu';

type Told = Pick<
  PartialInvocation,
  | 'provider'
  | 'account'
  | 'region'
  | 'memoryMb'
  | 'timeoutMs'
  | 'arch'
  | 'runtime'
  | 'runtimeVersion'
  | 'functionVersion'
  | 'instanceId'
  | 'cloudPlatform'
  | 'sku'
  | 'milliVcpu'
>;

/** What spans tell of their function, whatever they tell of the call. */
export interface FunctionFacts {
  /** `null` = not told; provider, account and region then are ''. */
  readonly functionName: string | null;
  readonly told: Told;
  /** See {@link functionKey}. */
  readonly key: string;
}

/** A span, when it came, and what is asked of it again and again. */
export interface ReceivedSpan {
  readonly span: DecodedSpan;
  readonly phase: SpanPhase | null;
  readonly invocationId: string | null;
  readonly of: FunctionFacts;
  /** Its start, if that can be believed; else when it came. */
  readonly seenNs: bigint;
}

/** Everything that {@link functionFacts} looks for. */
const functionAttributes: ReadonlySet<string> = new Set([
  ...[attribute.functionName, attribute.serviceName, attribute.cloudProvider, attribute.cloudAccountId],
  ...[attribute.cloudRegion, invoked.provider, invoked.region, attribute.maxMemoryBytes, attribute.timeoutMs],
  ...[attribute.hostArch, attribute.platformRuntime, attribute.runtimeName, attribute.runtimeVersion],
  ...[attribute.functionVersion, attribute.instanceId, attribute.cloudPlatform, attribute.sku, vcpuAttribute],
]);

/** The same for the same function, and for no other. */
export const functionKey = ({
  provider,
  account,
  region,
  functionName,
}: Pick<Told, 'provider' | 'account' | 'region'> & { functionName: string | null }): string =>
  JSON.stringify([provider, account, region, functionName]);

/** @param sources the first that tells is believed */
const functionFacts = (sources: readonly Attributes[]): FunctionFacts => {
  const toldProvider = text(sources, attribute.cloudProvider, invoked.provider) ?? '';
  // Workers run everywhere: where one was invoked is of the call.
  const isWorker = toldProvider === 'cloudflare';
  const regionNames = isWorker ? [attribute.cloudRegion] : [attribute.cloudRegion, invoked.region];
  const { provider, account, region, functionName } = spelled({
    functionName: text(sources, attribute.functionName, attribute.serviceName),
    provider: toldProvider,
    account: text(sources, attribute.cloudAccountId) ?? '',
    region: text(sources, ...regionNames) ?? '',
  });
  return {
    functionName,
    told: {
      ...{ provider, account, region },
      memoryMb: memoryMbOf(sources),
      timeoutMs: timeoutMsOf(sources),
      arch: archOf(sources),
      runtime: text(sources, attribute.platformRuntime, attribute.runtimeName),
      runtimeVersion: text(sources, attribute.runtimeVersion),
      functionVersion: text(sources, attribute.functionVersion),
      instanceId: text(sources, attribute.instanceId),
      cloudPlatform: text(sources, attribute.cloudPlatform),
      sku: text(sources, attribute.sku),
      milliVcpu: milliVcpuOf(sources),
    },
    key: functionKey({ provider, account, region, functionName }),
  };
};

/** All spans of a resource share one map, so what it tells is found once. */
const ofResources = new WeakMap<Attributes, FunctionFacts>();

/** What a span tells of its function, also where that is one too many. */
export const toldFunction = ({ attributes, resource }: DecodedSpan): FunctionFacts => {
  // Nearly always the resource tells all of it.
  for (const name of attributes.keys()) {
    if (functionAttributes.has(name)) return functionFacts([attributes, resource]);
  }
  let facts = ofResources.get(resource);
  if (facts === undefined) {
    facts = functionFacts([resource]);
    ofResources.set(resource, facts);
  }
  return facts;
};

/** As {@link toldFunction} finds it, of a function that a platform's own telemetry names. What is left out was not told. */
export const namedFunction = (
  name: string,
  { provider = '', account = '', region = '', ...about }: Partial<Told>,
): FunctionFacts & { functionName: string } => {
  const { functionName, ...where } = spelled({ provider, account, region, functionName: name });
  return {
    functionName: functionName ?? name,
    told: { ...nothingOfFunction, ...where, ...about },
    key: functionKey({ ...where, functionName }),
  };
};

const nothingOfFunction = {
  ...{ memoryMb: null, timeoutMs: null, arch: null, runtime: null, runtimeVersion: null, functionVersion: null },
  ...{ instanceId: null, cloudPlatform: null, sku: null, milliVcpu: null },
} as const;

/** Functions that are too many are one; what they told of themselves apart from their names stays. */
const overflows = new WeakMap<FunctionFacts, FunctionFacts>();

export const overflowOf = (facts: FunctionFacts): FunctionFacts => {
  let overflow = overflows.get(facts);
  if (overflow === undefined) {
    const nowhere = { provider: '', account: '', region: '' };
    const key = functionKey({ ...nowhere, functionName: overflowName });
    overflow = { functionName: overflowName, told: { ...facts.told, ...nowhere }, key };
    overflows.set(facts, overflow);
  }
  return overflow;
};

const factsOf = (span: DecodedSpan): FunctionFacts => {
  const facts = toldFunction(span);
  return span.isOverflow && facts.functionName !== null ? overflowOf(facts) : facts;
};

export const received = (span: DecodedSpan, receivedMs: number): ReceivedSpan => ({
  span,
  phase: phaseOf(span),
  invocationId: invocationIdOf(span),
  of: factsOf(span),
  seenNs: believableNs(span.startNs, receivedMs),
});

/** The largest function of any platform has 32 GiB, so a larger figure is a mistake. */
const maxMemoryMb = 32 * 1_024;
/** A day: Cloud Run jobs apart, nobody lets a function run longer. */
const maxTimeoutMs = 86_400_000;

/** The attribute holds bytes; some senders write whole MB as a text. */
const memoryMbOf = (sources: readonly Attributes[]): number | null => {
  const bytes = number(sources, attribute.maxMemoryBytes);
  const written = text(sources, attribute.maxMemoryBytes);
  const mb = bytes !== null ? Math.round(bytes / 1_048_576) : /^\d{1,5}$/.test(written ?? '') ? Number(written) : null;
  return mb !== null && mb >= 1 && mb <= maxMemoryMb ? mb : null;
};

const timeoutMsOf = (sources: readonly Attributes[]): number | null => {
  const ms = number(sources, attribute.timeoutMs);
  return ms !== null && ms >= 1 && ms <= maxTimeoutMs ? Math.round(ms) : null;
};

/** The largest instance of any platform has 64 vCPUs or fewer. */
const maxVcpu = 64;

/** Variables of the environment, where a person would say it, are texts. */
const milliVcpuOf = (sources: readonly Attributes[]): number | null => {
  const vcpu = number(sources, vcpuAttribute) ?? Number(text(sources, vcpuAttribute) ?? Number.NaN);
  return vcpu >= 0.001 && vcpu <= maxVcpu ? Math.round(vcpu * 1_000) : null;
};

const archNames: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['x64', 'x86_64'],
  ['x86_64', 'x86_64'],
  ['aarch64', 'arm64'],
  ['arm64', 'arm64'],
]);

const archOf = (sources: readonly Attributes[]): string | null => {
  const name = text(sources, attribute.hostArch)?.toLowerCase();
  return name === undefined ? null : (archNames.get(name) ?? name);
};
