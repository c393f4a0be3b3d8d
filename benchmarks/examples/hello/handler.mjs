import { coldlens } from '@coldlens/agent';

export const handler = coldlens(async (event) => ({ greeting: `Hello, ${event.name ?? 'world'}` }));
