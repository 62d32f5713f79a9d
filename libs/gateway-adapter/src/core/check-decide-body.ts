import { isTenantId, isTraceId } from './check-headers.js';
import { type Violation, violation } from './violation.js';

/** What the gateway takes from a decide body. */
interface DecideBody {
  readonly tenantId: string;
  readonly requestId: string;
  /** Only when it may travel in a header; the router reads the body's own value anyway. */
  readonly traceId: string | undefined;
}

/** A checked body, or everything that is wrong with it, with what could still be read. */
export type CheckedBody =
  | { readonly ok: true; readonly body: DecideBody }
  | {
      readonly ok: false;
      readonly violations: readonly Violation[];
      readonly known: Partial<DecideBody>;
    };

type Fields = Readonly<Record<string, unknown>>;

const MAX_REQUEST_ID_LENGTH = 128;

/**
 * Checks what a gateway must check before it asks the router (contract 10.2, step 5): `version`, `tenant_id`, `request_id`, `task`.
 * Everything else is the router's to judge. `headerTenantId` beats the body's tenant.
 */
export function checkDecideBody(parsed: unknown, headerTenantId: string | undefined): CheckedBody {
  if (!isObject(parsed)) {
    const violations = [violation('body', parsed, 'must be a JSON object')];
    return { ok: false, violations, known: {} };
  }
  const violations: Violation[] = [];
  if (parsed['version'] !== '1') {
    violations.push(violation('version', parsed['version'], 'must be "1"'));
  }
  const tenantId = headerTenantId ?? tenantOf(parsed, violations);
  const requestId = requestIdOf(parsed, violations);
  checkTask(parsed['task'], violations);
  const traceId = traceIdOf(parsed);
  if (violations.length === 0 && tenantId !== undefined && requestId !== undefined) {
    return { ok: true, body: { tenantId, requestId, traceId } };
  }
  return { ok: false, violations, known: known({ tenantId, requestId, traceId }) };
}

function tenantOf({ tenant_id }: Fields, violations: Violation[]): string | undefined {
  if (typeof tenant_id === 'string' && tenant_id !== '' && isTenantId(tenant_id)) return tenant_id;
  const rule =
    tenant_id === undefined || tenant_id === ''
      ? 'is required: send the header X-Tenant-ID, or tenant_id in the body'
      : 'must be a string of 1 to 256 characters, without control characters or spaces around it';
  violations.push(violation('tenant_id', tenant_id, rule));
  return undefined;
}

function requestIdOf({ request_id }: Fields, violations: Violation[]): string | undefined {
  if (
    typeof request_id === 'string' &&
    request_id !== '' &&
    request_id.length <= MAX_REQUEST_ID_LENGTH
  ) {
    return request_id;
  }
  const rule = `must be a string of 1 to ${MAX_REQUEST_ID_LENGTH} characters`;
  violations.push(violation('request_id', request_id, rule));
  return undefined;
}

function traceIdOf({ trace_id }: Fields): string | undefined {
  return typeof trace_id === 'string' && trace_id !== '' && isTraceId(trace_id)
    ? trace_id
    : undefined;
}

function checkTask(task: unknown, violations: Violation[]): void {
  if (!isObject(task)) {
    violations.push(violation('task', task, 'must be an object'));
    return;
  }
  const { type, payload, payload_ref } = task;
  if (typeof type !== 'string' || type === '') {
    violations.push(violation('task.type', type, 'must be a non-empty string'));
  }
  if (payload !== undefined && !isObject(payload)) {
    violations.push(violation('task.payload', payload, 'must be an object'));
  }
  if (payload === undefined && payload_ref === undefined) {
    violations.push(violation('task.payload', undefined, 'or task.payload_ref is required'));
  }
}

function known(found: {
  readonly [Key in keyof DecideBody]: DecideBody[Key] | undefined;
}): Partial<DecideBody> {
  return {
    ...(found.tenantId !== undefined && { tenantId: found.tenantId }),
    ...(found.requestId !== undefined && { requestId: found.requestId }),
    ...(found.traceId !== undefined && { traceId: found.traceId }),
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
