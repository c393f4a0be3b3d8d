/** Azure sends no logs over HTTP itself: a function with an Event Hubs trigger does, or a Logic App, or whatever reads the hub. */
import { type PlatformEndpoint, placeIn, tokenInUrl } from './endpoint.ts';

export const azureEndpoints: readonly PlatformEndpoint[] = [
  {
    path: '/v1/azure',
    format: 'azure',
    tokenElsewhere: tokenInUrl,
    about: (_request, url) => ({ place: placeIn(url) }),
  },
];
