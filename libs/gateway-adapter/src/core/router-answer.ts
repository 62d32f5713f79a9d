/** Why no answer of the router could be used. */
export type RouterUnavailable =
  | 'no_responders'
  | 'timeout'
  | 'disconnected'
  | 'in_flight_limit'
  | 'request_too_large'
  | 'oversize_reply'
  | 'malformed_reply'
  | 'closed';

/** An error as the router put it on the wire. */
export interface RefusedByRouter {
  /** A code of the catalogue, or one of a newer router. */
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly intakeErrorCode: string | null;
  /** What the router says it answers to, where it says so. */
  readonly requestId: string | undefined;
}

/** The outcome of asking the router. Expected failures are values: nothing is thrown. */
export type RouterAnswer =
  | {
      readonly kind: 'decided';
      /** The router's answer, byte for byte: JSON with `ok: true`. */
      readonly body: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly error: RefusedByRouter }
  | { readonly kind: 'unavailable'; readonly reason: RouterUnavailable };

/** What may be read of a reply. */
export interface ReplyLimits {
  /** Longest reply that is accepted, in bytes. */
  readonly maxReplyBytes: number;
}

const OK_PREFIX = new TextEncoder().encode('{"ok":true,');
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a reply of the router. A decision is recognised by its first bytes and passed on unparsed: that is the hot path. */
export function readReply(reply: Uint8Array, { maxReplyBytes }: ReplyLimits): RouterAnswer {
  if (reply.length > maxReplyBytes) return { kind: 'unavailable', reason: 'oversize_reply' };
  if (startsWith(reply, OK_PREFIX)) return { kind: 'decided', body: reply };
  const parsed = parse(reply);
  if (!isObject(parsed)) return { kind: 'unavailable', reason: 'malformed_reply' };
  if (parsed['ok'] === true) return { kind: 'decided', body: reply };
  const error = refusedOf(parsed);
  return error ? { kind: 'refused', error } : { kind: 'unavailable', reason: 'malformed_reply' };
}

function refusedOf({
  error,
  context,
}: Readonly<Record<string, unknown>>): RefusedByRouter | undefined {
  if (!isObject(error) || typeof error['code'] !== 'string') return undefined;
  const { code, message, details, intake_error_code } = error;
  const requestId = isObject(context) ? context['request_id'] : undefined;
  return {
    code,
    message: typeof message === 'string' ? message : '',
    details: isObject(details) ? details : {},
    intakeErrorCode: typeof intake_error_code === 'string' ? intake_error_code : null,
    requestId: typeof requestId === 'string' && requestId !== '' ? requestId : undefined,
  };
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[index] !== prefix[index]) return false;
  }
  return true;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
