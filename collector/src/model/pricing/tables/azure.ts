/**
 * Azure Functions, Consumption and Flex Consumption, from the Azure Retail Prices API (`serviceName eq 'Functions'`).
 * `*` are public regions; others have their price from their own list (`coldlens prices update`).
 */
import type { Grant, Rate, Zone } from '../price-book.ts';
import { table } from './table.ts';

const alwaysReady = { product: 'functions flex always ready', unverified: true } as const;

export const azureRates: readonly Rate[] = table(
  {
    provider: 'azure',
    source: "https://prices.azure.com/api/retail/prices?$filter=serviceName eq 'Functions'",
    date: '2026-11-22',
  },
  [
    { product: 'functions consumption', unit: 'request', usd: '0.0000002' },
    { product: 'functions consumption', unit: 'GB-second', usd: '0.000016' },
    { product: 'functions flex', unit: 'request', usd: '0.0000004' },
    { product: 'functions flex', unit: 'GB-second', usd: '0.000026' },
    { product: 'functions flex baseline', unit: 'GB-second', usd: '0.000004', unverified: true },
    { ...alwaysReady, unit: 'request', usd: '0.0000004' },
    { ...alwaysReady, unit: 'GB-second', usd: '0.000016' },
  ],
);

export const azureZones: readonly Zone[] = [
  {
    provider: 'azure',
    name: '*',
    regions: [
      ...['eastus', 'eastus2', 'centralus', 'northcentralus', 'southcentralus', 'westcentralus'],
      ...['westus', 'westus2', 'westus3', 'canadacentral', 'canadaeast', 'brazilsouth'],
      ...['northeurope', 'westeurope', 'uksouth', 'ukwest', 'francecentral', 'germanywestcentral'],
      ...['swedencentral', 'norwayeast', 'switzerlandnorth', 'italynorth', 'polandcentral', 'spaincentral'],
      ...['eastasia', 'southeastasia', 'japaneast', 'japanwest', 'koreacentral', 'australiaeast'],
      ...['australiasoutheast', 'centralindia', 'southindia', 'southafricanorth', 'uaenorth'],
    ],
  },
];

/** Of a subscription. What is always ready has none. */
export const azureGrants: readonly Grant[] = [
  { provider: 'azure', product: 'functions consumption', unit: 'request', units: '1000000', kind: 'free tier' },
  { provider: 'azure', product: 'functions consumption', unit: 'GB-second', units: '400000', kind: 'free tier' },
  { provider: 'azure', product: 'functions flex', unit: 'request', units: '250000', kind: 'free tier' },
  { provider: 'azure', product: 'functions flex', unit: 'GB-second', units: '100000', kind: 'free tier' },
];
