/** Who may do what: the scopes of a token. */

/** `admin` may all that the others may. */
export const scopes = ['write', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];
