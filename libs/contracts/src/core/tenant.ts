/** Tenants that are served; `undefined` or `null`: all of them. A map allows its keys, whatever their values. */
export type TenantAllowlist =
  ReadonlySet<string> | readonly string[] | Readonly<Record<string, unknown>> | null | undefined;

export type TenantCheck =
  'ok' | 'tenant_missing' | 'tenant_empty' | 'tenant_invalid_format' | 'tenant_not_allowed';

/** Longest tenant id in a request, in UTF-16 units. */
export const MAX_TENANT_ID_LENGTH = 256;

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for: they forge log lines and headers
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** Whether a tenant may be served: format first, then the allowlist. */
export function checkTenant(tenantId: unknown, allowlist: TenantAllowlist): TenantCheck {
  if (tenantId === undefined || tenantId === null) return 'tenant_missing';
  if (tenantId === '') return 'tenant_empty';
  if (typeof tenantId !== 'string' || !isWellFormed(tenantId)) return 'tenant_invalid_format';
  return isAllowed(tenantId, allowlist) ? 'ok' : 'tenant_not_allowed';
}

function isWellFormed(tenantId: string): boolean {
  return tenantId.length <= MAX_TENANT_ID_LENGTH && !CONTROL_CHARACTER.test(tenantId);
}

function isAllowed(tenantId: string, allowlist: TenantAllowlist): boolean {
  if (allowlist === undefined || allowlist === null) return true;
  if (allowlist instanceof Set) return allowlist.has(tenantId);
  if (Array.isArray(allowlist)) return allowlist.includes(tenantId);
  return Object.hasOwn(allowlist, tenantId);
}
