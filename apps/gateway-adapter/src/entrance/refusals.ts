import type { GatewayFailure, HttpAnswer } from '@beamline/gateway-adapter';
import { ANONYMOUS, type Caller, type Role } from '../access/caller.js';
import type { Identity } from '../access/identity.js';
import type { RateStanding } from '../limits/rate-limits.js';

const NOBODY: Identity = { ok: false, reason: 'missing', message: 'the address is blocked' };
const forbidden = (message: string): GatewayFailure => ({
  code: 'forbidden',
  message,
  status: 403,
});

/** Why a request is kept out, in the words of the contract. */
export const refusals = {
  emptyBody: { code: 'invalid_request', message: 'body must not be empty' },
  unavailable: {
    code: 'unavailable',
    message: 'who you are cannot be checked now',
    retryAfterSeconds: 1,
  },
  unknown: (message: string): GatewayFailure => ({ code: 'unauthorized', message }),
  blocked: (ms: number): GatewayFailure => ({
    code: 'rate_limited',
    message: 'too many wrong keys came from your address',
    retryAfterSeconds: wholeSeconds(ms),
  }),
  role: (caller: Caller, least: Role): GatewayFailure =>
    caller === ANONYMOUS
      ? { code: 'unauthorized', message: `say who you are: this needs the role ${least}` }
      : forbidden(`this needs the role ${least}`),
  tenant: {
    forbidden: forbidden('you may not act for this tenant'),
    unclear: {
      code: 'invalid_request',
      message: 'X-Tenant-ID is required: you may act for several tenants',
    },
  },
  nobody: NOBODY,
} satisfies Readonly<Record<string, unknown>>;

/** The failure of a request over the limit of its tenant. */
export function overLimit({ limit, resetMs }: RateStanding): GatewayFailure {
  return {
    code: 'rate_limited',
    message: 'Rate limit exceeded',
    details: { limit, retry_after_ms: Math.ceil(resetMs) },
    retryAfterSeconds: wholeSeconds(resetMs),
  };
}

/** What every answer says about the limit of its tenant; `X-RateLimit-Reset` is in seconds from now. */
export function rateHeaders(standing: RateStanding): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(standing.limit),
    'x-ratelimit-remaining': String(standing.remaining),
    'x-ratelimit-reset': String(wholeSeconds(standing.resetMs)),
  };
}

/** The answer with more headers. */
export function withHeaders(
  answer: HttpAnswer,
  more: Readonly<Record<string, string>>,
): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, ...more } };
}

// At least one: 0 would say "at once".
function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
