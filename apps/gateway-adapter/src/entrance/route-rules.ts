import type { LimitFamily } from '../limits/rate-limits.js';
import type { Role } from '../access/caller.js';

/** What is asked of a request before its route sees it. */
export interface RouteRules {
  readonly family: LimitFamily;
  /** The least its caller must be. */
  readonly least: Exclude<Role, 'anonymous'>;
  /** An empty body is refused before anything else is looked at. */
  readonly needsBody?: boolean;
  /** `none`: it is about no tenant, so that who acts for several need not name one. */
  readonly tenant?: 'none';
  /** `decides`: it costs the router work now. `stores`: it waits in a stream. Absent: it costs hardly anything. */
  readonly load?: 'decides' | 'stores';
}

/** The rules of every route that callers are held to. */
export const ROUTES = {
  decide: { family: 'decide', least: 'user', needsBody: true, load: 'decides' },
  getDecision: { family: 'decide', least: 'user' },
  postMessage: { family: 'messages', least: 'user', needsBody: true, load: 'stores' },
  getMessage: { family: 'messages', least: 'user' },
  status: { family: 'registry', least: 'user', tenant: 'none' },
  readPolicies: { family: 'registry', least: 'developer' },
  dryRun: { family: 'registry', least: 'developer', needsBody: true },
  writePolicies: { family: 'registry', least: 'admin' },
  readExtensions: { family: 'registry', least: 'developer', tenant: 'none' },
} as const satisfies Readonly<Record<string, RouteRules>>;
