import type { GatewayFailure } from '@beamline/gateway-adapter';

/** What the router answered to an administrator's question. */
export type AdminAnswer =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly failure: GatewayFailure };

const INTERNAL: GatewayFailure = {
  code: 'internal',
  message: 'the answer of the router could not be read',
};
/** The gateway's key is the operator's to put right: not the caller's, who has shown who it is. */
const KEY_REFUSED: GatewayFailure = {
  code: 'internal',
  message: 'the router does not let the gateway ask: ROUTER_ADMIN_API_KEY is not its ADMIN_API_KEY',
  status: 502,
};

const CODES: Readonly<Record<string, Omit<GatewayFailure, 'message'>>> = {
  INVALID_ARGUMENT: { code: 'invalid_request', status: 400 },
  POLICY_NOT_FOUND: { code: 'policy_not_found', status: 404 },
  NOT_FOUND: { code: 'policy_not_found', status: 404 },
  EXTENSION_NOT_FOUND: { code: 'extension_not_found', status: 404 },
  ALREADY_EXISTS: { code: 'conflict', status: 409 },
  CONFLICT: { code: 'conflict', status: 409 },
  PIPELINE_ERROR: { code: 'extension_error', status: 500 },
  RESOURCE_EXHAUSTED: { code: 'rate_limited', status: 429, retryAfterSeconds: 1 },
};
const KEY_CODES = new Set([
  'UNAUTHENTICATED',
  'UNAUTHORIZED',
  'PERMISSION_DENIED',
  'ACCESS_DENIED',
  'FORBIDDEN',
]);
const MAX_MESSAGE_LENGTH = 1024;

/** Reads a reply on one of the router's admin subjects (contract 3.10). What succeeded is passed on byte for byte. */
export function readAdminReply(data: Uint8Array): AdminAnswer {
  const reply = parse(data);
  if (reply === undefined) return { ok: false, failure: INTERNAL };
  const error: unknown = reply['error'];
  if (isObject(error)) return { ok: false, failure: failureOf(error) };
  if (reply['success'] === false || reply['ok'] === false) {
    // A code with its message beside it, or a message alone.
    const { message } = reply;
    if (isCode(error)) return { ok: false, failure: failureOf({ code: error, message }) };
    return { ok: false, failure: { code: 'invalid_request', message: textOf(message ?? error) } };
  }
  return { ok: true, body: data };
}

function failureOf({ code, message }: Readonly<Record<string, unknown>>): GatewayFailure {
  const name = typeof code === 'string' ? code.toUpperCase() : '';
  if (KEY_CODES.has(name)) return KEY_REFUSED;
  return { ...(CODES[name] ?? { code: 'internal', status: 500 }), message: textOf(message) };
}

function isCode(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const name = value.toUpperCase();
  return KEY_CODES.has(name) || Object.hasOwn(CODES, name);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_MESSAGE_LENGTH) : '';
}

function parse(data: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
