import { pbkdf2Sync } from 'node:crypto';
import { coldlens } from '@coldlens/agent';

// The mistake on show: work at module scope is paid by the caller of every cold start.
const cents = 20_000;
const table = Array.from({ length: cents }, (_, amount) => Math.round(amount * 1.19));
const checksum = pbkdf2Sync(String(table.at(-1)), 'tax', 600_000, 32, 'sha256').toString('hex');

export const handler = coldlens(async (event) => ({ gross: table[event.cents ?? 100], checksum }));
