import type { HttpHeaders } from '@beamline/gateway-adapter';
import type { Caller } from '../access/caller.js';
import type { RouteRules } from './route-rules.js';

/** For which tenant a caller may act with a request. */
export type TenantVerdict =
  | {
      readonly ok: true;
      /** The request's headers, with the tenant in them wherever the caller has only one. */
      readonly headers: HttpHeaders;
    }
  | { readonly ok: false; readonly why: 'forbidden' | 'unclear' };

const TENANT_HEADER = 'x-tenant-id';
const UNCLEAR: TenantVerdict = { ok: false, why: 'unclear' };

/**
 * Checks the tenant that a request names, in its header or in its path, against those its caller may act for. Only the
 * header counts, since it beats the body; who may act for one tenant only need not name it, nor need anybody where the
 * route is about none.
 */
export function judgeTenant(
  { tenants }: Caller,
  headers: HttpHeaders,
  inPath?: string,
  route?: RouteRules['tenant'],
): TenantVerdict {
  const inHeader = namedIn(headers);
  if (inPath !== undefined && inHeader !== undefined && inPath !== inHeader) {
    return { ok: false, why: 'forbidden' };
  }
  const named = inPath ?? inHeader;
  if (tenants === undefined) return { ok: true, headers: withTenant(headers, named) };
  const tenant = named ?? onlyOf(tenants);
  if (tenant === undefined) return route === 'none' ? { ok: true, headers } : UNCLEAR;
  if (!tenants.includes(tenant)) return { ok: false, why: 'forbidden' };
  return { ok: true, headers: withTenant(headers, tenant) };
}

/** Whom a request is counted for: its tenant where it is known, else its caller, else where it comes from. */
export function countedFor(caller: Caller | undefined, headers: HttpHeaders, address: string) {
  if (caller === undefined) return `address:${address}`;
  const verdict = judgeTenant(caller, headers);
  const tenant = verdict.ok ? namedIn(verdict.headers) : undefined;
  if (tenant !== undefined) return `tenant:${tenant}`;
  return caller.role === 'anonymous' ? `address:${address}` : `caller:${caller.name}`;
}

function onlyOf(tenants: readonly string[]): string | undefined {
  return tenants.length === 1 ? tenants[0] : undefined;
}

function namedIn(headers: HttpHeaders): string | undefined {
  const value = headers[TENANT_HEADER];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function withTenant(headers: HttpHeaders, tenant: string | undefined): HttpHeaders {
  if (tenant === undefined || headers[TENANT_HEADER] === tenant) return headers;
  return { ...headers, [TENANT_HEADER]: tenant };
}
