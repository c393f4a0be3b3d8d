/**
 * What an invocation is billed as, in one table: from what its sender told of the platform to the price book's product, and
 * what has to be known of an invocation to be billed so.
 *
 * What is not told is no product, with these exceptions, which the providers themselves make the default: AWS without a word
 * is Lambda on demand (our agent and Lambda's telemetry tell of everything else), Cloud Run is request-based, Workers are on
 * the Standard plan. The last two are said beside each cost (`remark`).
 */
import type { MeteredUnit } from './units.ts';

/** How the time of a product's invocations is billed; `none` = nothing that invocations tell. */
export type Metering =
  | 'billed duration'
  | 'request'
  | 'azure invocation'
  | 'google invocation'
  | 'azure instance'
  | 'google instance'
  | 'CPU time'
  | 'none';

export interface Product {
  /** As the price book names it. */
  name: string;
  provider: string;
  /** Values of `cloud.platform`, in small letters and with dots: both spellings are around. '' = not told. */
  platforms: readonly string[];
  /** Values of `coldlens.sku`, in small letters; '' = not told, `*` = any other. */
  skus: readonly string[];
  metering: Metering;
  /** What memory x time and CPU x time are counted in. */
  units: { memory?: MeteredUnit; cpu?: MeteredUnit };
  /** Whether x86_64 and arm64 cost differently. */
  isByArch?: true;
  /** Product that its requests are charged as; absent = itself. */
  requestsAs?: string;
  /** The free tier leaves it out. */
  noFreeTier?: true;
  /** What has to be told of an invocation, where something was not. */
  needs: string;
  /** Why it has no price by the invocation; absent = it has one. */
  unpriced?: string;
  /** What to know of its cost. */
  remark?: string;
}

const onLambda = { provider: 'aws', platforms: ['aws.lambda', ''] } as const;
const onAzure = { provider: 'azure', platforms: ['azure.functions', ''] } as const;
const onCloudRun = { provider: 'gcp', platforms: ['gcp.cloud.run'] } as const;
const timeAndMemory = { memory: 'GB-second' } as const;

export const products: readonly Product[] = [
  {
    ...onLambda,
    name: 'lambda',
    // SnapStart changes the price of a start, not of time.
    skus: ['', 'on-demand', 'snap-start'],
    metering: 'billed duration',
    units: timeAndMemory,
    isByArch: true,
    needs: 'billed duration, memory size and architecture',
  },
  {
    ...onLambda,
    name: 'lambda provisioned',
    skus: ['provisioned-concurrency'],
    metering: 'billed duration',
    units: timeAndMemory,
    isByArch: true,
    requestsAs: 'lambda',
    noFreeTier: true,
    needs: 'billed duration, memory size and architecture',
    remark: 'without the instances that stand by',
  },
  {
    ...onLambda,
    name: 'lambda managed instances',
    skus: ['lambda-managed-instances'],
    metering: 'request',
    units: {},
    needs: '',
    unpriced: 'managed instances are paid by the EC2 instance, of which invocations tell nothing',
  },
  {
    ...onAzure,
    name: 'functions consumption',
    skus: ['dynamic'],
    metering: 'azure invocation',
    units: timeAndMemory,
    needs: 'duration and memory used',
  },
  {
    ...onAzure,
    name: 'functions flex',
    skus: ['flexconsumption'],
    metering: 'azure instance',
    units: timeAndMemory,
    needs: 'duration and instance memory',
  },
  {
    ...onAzure,
    name: 'functions flex always ready',
    skus: ['flexconsumption alwaysready'],
    metering: 'azure instance',
    units: timeAndMemory,
    needs: 'duration and instance memory',
    remark: 'without the baseline of what is always ready',
  },
  {
    ...onAzure,
    name: 'functions plan',
    skus: ['*'],
    metering: 'none',
    units: {},
    needs: '',
    unpriced: 'Premium and dedicated plans are paid by the instance, not by the invocation',
  },
  {
    provider: 'gcp',
    platforms: ['gcp.cloud.functions'],
    name: 'functions 1st gen',
    skus: ['', '*'],
    metering: 'google invocation',
    units: { memory: 'GB-second', cpu: 'GHz-second' },
    needs: 'duration and a memory size of the 1st gen',
  },
  {
    ...onCloudRun,
    name: 'run instance-based',
    skus: ['instance-based'],
    metering: 'none',
    units: {},
    needs: '',
    unpriced: 'instance-based billing is for the life of instances, of which invocations do not tell',
  },
  {
    ...onCloudRun,
    name: 'run request-based',
    skus: ['', 'request-based'],
    metering: 'google instance',
    units: { memory: 'GiB-second', cpu: 'vCPU-second' },
    needs: 'duration, memory size, and coldlens.vcpu where the size of the CPU does not follow from the memory',
    remark: 'at request-based billing, the default',
  },
  {
    provider: 'cloudflare',
    platforms: ['cloudflare.workers', 'cloudflare', ''],
    name: 'workers standard',
    skus: ['', '*'],
    metering: 'CPU time',
    units: { cpu: 'CPU-ms' },
    needs: 'CPU time, which the agent cannot see and Cloudflare exports itself',
    remark: 'on the Standard plan; its monthly fee is apart',
  },
];

const byName: ReadonlyMap<string, Product> = new Map(products.map((product) => [product.name, product]));

/** `undefined` for '' and for what a later version has stored. */
export const productNamed = (name: string): Product | undefined => byName.get(name);

/** Why invocations of a product that is not known have no price. */
export const noProduct = (provider: string): string =>
  noProductOf.get(provider) ?? 'it was not told what they are billed as (cloud.platform, coldlens.sku)';

const noProductOf: ReadonlyMap<string, string> = new Map([
  ['', 'no provider was told'],
  ['azure', 'the plan was not told (coldlens.sku)'],
  ['cloudflare', 'Durable Objects, Workflows and calls from Worker to Worker are billed by lists of their own'],
]);

/** MHz by MB of a function of the 1st gen (https://cloud.google.com/functions/pricing-1stgen). There are no other sizes. */
export const mhzByMb: ReadonlyMap<number, number> = new Map([
  [128, 200],
  [256, 400],
  [512, 800],
  [1024, 1400],
  [2048, 2400],
  [4096, 4800],
  [8192, 4800],
]);

/**
 * Thousandths of a vCPU by MB of a Cloud Run function, where nobody chose another
 * (https://cloud.google.com/functions/docs/configuring/memory). Of larger sizes the page gives the least only.
 */
export const milliVcpuByMb: ReadonlyMap<number, number> = new Map([
  [128, 83],
  [256, 167],
  [512, 333],
  [1024, 583],
  [2048, 1000],
]);
