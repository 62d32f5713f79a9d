import type { CompiledPolicy } from './compiled-policy.js';
import type { StickyPin } from './decision.js';
import type { RouteRequest } from './route-request.js';

/** Longer session keys still steer the split, but are not stored: a store of pins must know how large one can be. */
const MAX_PINNED_CHARS = 256;

/** The value that identifies the session of a request under a policy, or `undefined` when it has none. */
export function sessionOf(policy: CompiledPolicy, request: RouteRequest): string | undefined {
  const value = request.context[policy.sessionKey];
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** Whether pins are kept for a session. */
export function isPinnable(policy: CompiledPolicy, session: string | undefined): session is string {
  return policy.stickyTtlMs > 0 && session !== undefined && session.length <= MAX_PINNED_CHARS;
}

/** The pin that a decision for a session wants stored. */
export function pinOf(
  policy: CompiledPolicy,
  session: string | undefined,
  providerId: string,
): StickyPin | undefined {
  if (!isPinnable(policy, session)) return undefined;
  return {
    tenantId: policy.tenantId,
    sessionKey: session,
    providerId,
    ttlMs: policy.stickyTtlMs,
  };
}
