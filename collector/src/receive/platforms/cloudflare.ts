/**
 * Logpush's HTTP destination, our Tail Worker, and whoever sends what an upload answered. All three can set Authorization:
 * Logpush by `header_Authorization=` in the URL of its destination, which it does not send on.
 */
import { type PlatformEndpoint, placeIn } from './endpoint.ts';

export const cloudflareEndpoints: readonly PlatformEndpoint[] = [
  { path: '/v1/cloudflare', format: 'cloudflare', about: (_request, url) => ({ place: placeIn(url) }) },
];
