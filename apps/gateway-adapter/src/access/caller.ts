/** What a caller may do, from the least to the most. */
export type Role = 'anonymous' | 'user' | 'developer' | 'admin';

/** Whoever makes a request, as far as it has been shown. */
export interface Caller {
  /** For the log and for counting; never a key. */
  readonly name: string;
  readonly role: Role;
  /** The tenants it may act for; `undefined`: all. */
  readonly tenants: readonly string[] | undefined;
}

const RANKS: Readonly<Record<Role, number>> = { anonymous: 0, user: 1, developer: 2, admin: 3 };

/** Whoever has not said who it is. */
export const ANONYMOUS: Caller = { name: 'anonymous', role: 'anonymous', tenants: undefined };

/** Whether a value names a role. */
export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && Object.hasOwn(RANKS, value);
}

/** Whether a role may do what another one may. */
export function reaches(role: Role, least: Role): boolean {
  return RANKS[role] >= RANKS[least];
}

/** The one of the two that may do more. */
export function higherRole(one: Role, other: Role): Role {
  return reaches(one, other) ? one : other;
}
