/**
 * What can be known where: for each platform and each source of telemetry, whether a fact is measured, inferred (by which rule) or
 * not observable (and why). The page SOURCES.md and the dashboard's word for a `-` are made of it, tests hold it to what
 * readers tell. Nothing here decides anything.
 */
import { lambda } from './observability/aws.ts';
import { azure } from './observability/azure.ts';
import type { ObservedPlatform } from './observability/cell.ts';
import { workers } from './observability/cloudflare.ts';
import { cloudRun, firstGen } from './observability/google.ts';

/** In the order of the page. */
export const observedPlatforms: readonly ObservedPlatform[] = [lambda, azure, firstGen, cloudRun, workers];

/** From the root of the repository. */
export const sourcesPage = 'collector/SOURCES.md';
