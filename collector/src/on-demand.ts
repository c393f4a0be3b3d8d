/**
 * What takes long to load, loaded when it is first asked for: who only asks a collector elsewhere needs no database client, no
 * buffer and no readers of logs, which are two hundred files and 30 MB.
 */
import type { startCollector as start } from './collector.ts';
import type { importFiles as importAll } from './import/index.ts';
import type { checkServer as check, listen as serve } from './receive/server.ts';
import type { openStore as open } from './store/store.ts';

export const startCollector: typeof start = async (...given) =>
  (await import('./collector.ts')).startCollector(...given);

export const checkServer: typeof check = async (...given) =>
  (await import('./receive/server.ts')).checkServer(...given);

export const listen: typeof serve = async (...given) => (await import('./receive/server.ts')).listen(...given);

export const openStore: typeof open = async (...given) => (await import('./store/store.ts')).openStore(...given);

export const importFiles: typeof importAll = async (...given) =>
  (await import('./import/index.ts')).importFiles(...given);
