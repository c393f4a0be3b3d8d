/** What every span tells of the function that it comes from, whoever sends it. */
import { attribute, type PhaseName, platformPhase } from '@coldlens/agent/vocabulary';
import { number, oneOf, text } from '../attributes.ts';
import { type Attributes, type DecodedSpan, overflowName } from '../span.ts';
import { believableNs } from '../time.ts';
import { nothingTold, type PartialInvocation } from './partial.ts';

/** The phases of the agent's spans, and the span of the platform's figures. */
export type SpanPhase = PhaseName | typeof platformPhase;

const phases: readonly SpanPhase[] = ['invocation', 'runtime_start', 'init', 'execution', platformPhase];

export const phaseOf = (span: DecodedSpan): SpanPhase | null => oneOf(text([span.attributes], attribute.phase), phases);

/** The provider's invocation id in either generation of the conventions. */
export const invocationIdOf = (span: DecodedSpan): string | null =>
  text([span.attributes], attribute.invocationId, attribute.invocationIdOld);

export const functionNameOf = (span: DecodedSpan): string | null =>
  span.isOverflow
    ? overflowName
    : text([span.attributes, span.resource], attribute.functionName, attribute.serviceName);

/**
 * Names that the OpenTelemetry collector's layer for Lambda gives to provider and region of its own resource.
 * https://github.com/open-telemetry/opentelemetry-lambda/tree/main/collector/receiver/telemetryapireceiver
 */
const invoked = { provider: 'faas.invoked_provider', region: 'faas.invoked_region' } as const;

/** Where the function runs. What is not told is ''. */
export const placeOf = (span: DecodedSpan): Pick<PartialInvocation, 'provider' | 'account' | 'region'> => {
  if (span.isOverflow) return { provider: '', account: '', region: '' };
  const sources = [span.attributes, span.resource];
  return {
    provider: text(sources, attribute.cloudProvider, invoked.provider) ?? '',
    account: text(sources, attribute.cloudAccountId) ?? '',
    region: text(sources, attribute.cloudRegion, invoked.region) ?? '',
  };
};

/** Everything about the function, and nothing yet about the call; `null` when the span names no invocation. */
export const commonFacts = (span: DecodedSpan, receivedMs: number): PartialInvocation | null => {
  const invocationId = invocationIdOf(span);
  const functionName = functionNameOf(span);
  if (invocationId === null || functionName === null) return null;
  const sources = [span.attributes, span.resource];
  return {
    ...nothingTold,
    ...placeOf(span),
    functionName,
    invocationId,
    seenNs: believableNs(span.startNs, receivedMs),
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
  };
};

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

/** vCPUs of an instance, such as 0.5: what no platform tells, but a person can (`OTEL_RESOURCE_ATTRIBUTES`). */
const vcpuAttribute = 'coldlens.vcpu';
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
