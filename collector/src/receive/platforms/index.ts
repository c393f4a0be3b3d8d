/** Every path to which a platform can deliver. */
import { awsEndpoints } from './aws.ts';
import { azureEndpoints } from './azure.ts';
import { cloudflareEndpoints } from './cloudflare.ts';
import type { PlatformEndpoint } from './endpoint.ts';
import { googleEndpoints } from './google.ts';

export const platformEndpoints: readonly PlatformEndpoint[] = [
  ...awsEndpoints,
  ...azureEndpoints,
  ...googleEndpoints,
  ...cloudflareEndpoints,
];
