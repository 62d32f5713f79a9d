import { type Caller, higherRole, isRole, type Role } from './caller.js';

/** Which claims say what. */
export interface ClaimNames {
  readonly role: string;
  readonly tenant: string;
}

/** What a token says about its holder, or the rule it breaks. */
export type ReadClaims =
  { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly message: string };

type Claims = Readonly<Record<string, unknown>>;

const MAX_TENANTS = 1000;

/** Reads role and tenants of a token that has been verified. Roles it does not know give nothing. */
export function readClaims(claims: Claims, names: ClaimNames): ReadClaims {
  const role = roleOf(claims[names.role]);
  const tenants = tenantsOf(claims[names.tenant]);
  if (tenants === 'broken') {
    const message = `the claim ${names.tenant} must be a tenant id or a list of 1 to ${MAX_TENANTS}`;
    return { ok: false, message };
  }
  if (tenants === undefined && role !== 'admin') {
    return { ok: false, message: `the token needs the claim ${names.tenant}` };
  }
  const { sub } = claims;
  const name = typeof sub === 'string' && sub !== '' ? `token:${sub.slice(0, 128)}` : 'token';
  return { ok: true, caller: { name, role, tenants } };
}

function roleOf(claim: unknown): Role {
  if (claim === undefined) return 'user';
  const given: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return given.filter((each) => isRole(each)).reduce<Role>(higherRole, 'anonymous');
}

function tenantsOf(claim: unknown): readonly string[] | undefined | 'broken' {
  if (claim === undefined) return undefined;
  const given: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const tenants = given.filter((each): each is string => typeof each === 'string' && each !== '');
  const sound =
    tenants.length === given.length && tenants.length >= 1 && tenants.length <= MAX_TENANTS;
  return sound ? tenants : 'broken';
}
