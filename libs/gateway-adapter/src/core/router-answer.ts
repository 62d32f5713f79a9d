import { type HeaderReader, NO_HEADERS, OVERLOAD_HEADERS } from '@beamline/contracts/core';

/** Why no answer of the router could be used. */
export type RouterUnavailable =
  | 'no_responders'
  | 'timeout'
  /** It was not sent. */
  | 'disconnected'
  /** It was sent: the router may have it. */
  | 'connection_lost'
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
  /** When to come back, in milliseconds from the answer's arrival; absent when the router does not say. */
  readonly retryAfterMs?: number | undefined;
  /** `false`: not to come back with this request. Absent when the router does not say. */
  readonly retryable?: boolean | undefined;
  /** What admission of the router does, for a refusal for load: `active`, `warning`, `inactive`. */
  readonly state?: string | undefined;
  /** `false`: the router was not asked, for there is no way to say this to it. */
  readonly wasSent?: false | undefined;
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
export function readReply(
  reply: Uint8Array,
  { maxReplyBytes }: ReplyLimits,
  headers: HeaderReader = NO_HEADERS,
): RouterAnswer {
  if (reply.length > maxReplyBytes) return { kind: 'unavailable', reason: 'oversize_reply' };
  if (startsWith(reply, OK_PREFIX)) return { kind: 'decided', body: reply };
  const parsed = parse(reply);
  if (!isObject(parsed)) return { kind: 'unavailable', reason: 'malformed_reply' };
  if (parsed['ok'] === true) return { kind: 'decided', body: reply };
  const error = refusedOf(parsed, headers);
  return error ? { kind: 'refused', error } : { kind: 'unavailable', reason: 'malformed_reply' };
}

type Fields = Readonly<Record<string, unknown>>;

function refusedOf({ error, context }: Fields, headers: HeaderReader): RefusedByRouter | undefined {
  if (!isObject(error) || typeof error['code'] !== 'string') return undefined;
  const { code, message, details, intake_error_code } = error;
  const requestId = isObject(context) ? context['request_id'] : undefined;
  const told = isObject(details) ? details : {};
  return {
    code,
    message: typeof message === 'string' ? message : '',
    details: told,
    intakeErrorCode: typeof intake_error_code === 'string' ? intake_error_code : null,
    requestId: typeof requestId === 'string' && requestId !== '' ? requestId : undefined,
    ...adviceOf(told, headers),
  };
}

/** Longest wait that is believed, in milliseconds: one day. */
const MAX_WAIT_MS = 86_400_000;

/** What a refusal advises. Headers beat the body; what is no sensible advice counts as none. */
function adviceOf(
  details: Fields,
  headers: HeaderReader,
): Pick<RefusedByRouter, 'retryAfterMs' | 'retryable' | 'state'> {
  const retryAfterMs =
    waitOf(headers.get(OVERLOAD_HEADERS.retryAfterMs)) ??
    waitOf(details['retry_after_ms']) ??
    waitOf(details['retry_after_seconds'], 1000);
  const retryable = flagOf(headers.get(OVERLOAD_HEADERS.retryable)) ?? flagOf(details['retryable']);
  const state = [headers.get(OVERLOAD_HEADERS.state), details['state']].find(isState);
  return {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(retryable !== undefined && { retryable }),
    ...(state !== undefined && { state }),
  };
}

function waitOf(said: unknown, unitMs = 1): number | undefined {
  if (typeof said !== 'number' && (typeof said !== 'string' || said.trim() === ''))
    return undefined;
  const waitMs = Number(said) * unitMs;
  return waitMs >= 0 && waitMs <= MAX_WAIT_MS ? waitMs : undefined;
}

function flagOf(said: unknown): boolean | undefined {
  if (said === true || said === 'true') return true;
  return said === false || said === 'false' ? false : undefined;
}

const STATES: ReadonlySet<unknown> = new Set(['active', 'warning', 'inactive']);

function isState(said: unknown): said is string {
  return STATES.has(said);
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

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
