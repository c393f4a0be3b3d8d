/** Why a source is left as it is: one clause for people, thrown from wherever it is found out, caught in make-lazy.ts. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
