import { coldlens } from '@coldlens/agent';
import { format, startOfISOWeek } from 'date-fns';

export const handler = coldlens(async (event) => {
  const day = new Date(event.day ?? Date.now());
  return { week: format(startOfISOWeek(day), 'yyyy-MM-dd') };
});
