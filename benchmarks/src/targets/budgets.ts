/** Budgets as they are written on a command line. */
import { type Budgets, readBudgets } from '../compare/budgets.ts';

export type { Budgets } from '../compare/budgets.ts';

/** Reads `coldP50Ms=300`. */
export const readBudget = (text: string, option: string): Budgets => {
  const [name = '', limit = ''] = text.split('=');
  return readBudgets({ [name]: /^\d{1,12}(?:\.\d{1,6})?$/.test(limit) ? Number(limit) : Number.NaN }, option);
};
