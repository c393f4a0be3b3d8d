import { coldlens } from '@coldlens/agent';

class PaymentRefused extends Error {}

export const handler = coldlens(async (event) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (event.refuse) throw new PaymentRefused(`payment ${event.id} was refused`);
  return { accepted: event.id ?? null };
});
