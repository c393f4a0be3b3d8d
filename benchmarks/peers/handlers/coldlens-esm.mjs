import { coldlens } from '@coldlens/agent';
import work from './work.cjs';

export const handler = coldlens(async (event) => work(event));
