/**
 * Finds which invocation waited for a start that was told apart from it, and tells it in a part of its own.
 *
 *   Logs of platforms, and other senders, tell of a start and of the call that waited for it in lines of their own, which come
 *   in any order, far apart and through different collectors. So they are compared where both lie, right before an hour is
 *   sealed; nobody who asks has to. What is found is one more part of the invocation, and adds up with the others
 *   by their rule: of a fact that several parts tell, the largest counts. Kinds of start are compared as texts, so what is
 *   found later may turn `cold` into `prewarmed` or `warm`, and nothing ever back: a start has one first caller, and
 *   whoever is not the first any more, because an earlier one was logged later, will never be again.
 */
import type { Connection } from '../connection.ts';
import { identityColumns } from '../schema/005-sealed-periods.ts';
import { pairingRules } from './rules.ts';
import type { PairingWindow } from './shared.ts';

/**
 * @param window whose invocations are looked at
 * @throws what the client throws; it can be done again
 */
export const pair = async (connection: Connection, window: PairingWindow): Promise<void> => {
  // One question for all rules: mostly there is nothing to compare.
  const wanted = pairingRules.map(({ when }, index) => `EXISTS(${when(window)}) AS rule_${index}`);
  const [is = {}] = await connection.select<Record<string, 0 | 1>>(`SELECT ${wanted.join(', ')}`);
  for (const [index, { tells, found }] of pairingRules.entries()) {
    if (is[`rule_${index}`] !== 1) continue;
    const columns = [...identityColumns, ...tells].join(', ');
    await connection.command(
      `INSERT INTO invocation_parts (slot, ${columns}) SELECT in_slot, ${columns} FROM (${found(window)})`,
    );
  }
};
