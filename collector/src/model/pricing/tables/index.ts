/** The prices that coldlens brings along. */
import type { PriceBook } from '../price-book.ts';
import { alternativeRates } from './alternatives.ts';
import { awsGrants, awsRates, awsZones } from './aws.ts';
import { azureGrants, azureRates, azureZones } from './azure.ts';
import { cloudflareGrants, cloudflareRates, cloudflareZones } from './cloudflare.ts';
import { googleGrants, googleRates, googleZones } from './google.ts';

export const builtInPrices: PriceBook = {
  // That of Lambda's list, which prices most of what is ranked; each rate has its own.
  date: '2026-09-19',
  rates: [...awsRates, ...azureRates, ...googleRates, ...cloudflareRates, ...alternativeRates],
  zones: [...awsZones, ...azureZones, ...googleZones, ...cloudflareZones],
  grants: [...awsGrants, ...azureGrants, ...googleGrants, ...cloudflareGrants],
};
