import { createHash, timingSafeEqual } from 'node:crypto';
import { isUtf8 } from 'node:buffer';

import { type Clock, wallClock } from '@beamline/kernel';
import { Webhook } from 'standardwebhooks';

import type { HttpHeaders } from '../core/check-headers.js';
import type { WebhookProblem } from '../core/gateway.events.js';
import { inRange } from '../core/in-range.js';
import { parseJson } from './parse-json.js';
import { MAX_NOTIFICATION_BYTES } from './read-body.js';
import { SeenIds } from './seen-ids.js';

/** What a receiver believes. */
export interface WebhookReceiverOptions {
  /** Secrets as `whsec_<base64>`; any of them may have signed, so that one can be changed for another. 1 to 8. */
  readonly secrets: readonly string[];
  /** Asked of the sender as `Authorization: Bearer` besides. Default: nothing. */
  readonly bearerToken?: string;
  /** How far the sender's clock may be from ours, in seconds. Default 300. Must be ≥ 1. */
  readonly toleranceSeconds?: number;
  /** Webhooks remembered against replays; at the bound the oldest is forgotten. Default 10 000. Must be ≥ 1. */
  readonly maxRemembered?: number;
  /** Unix time. */
  readonly wall?: Clock;
}

/** A webhook that may be believed, or why not. */
export type ReceivedWebhook =
  | { readonly ok: true; readonly id: string; readonly value: unknown }
  | {
      readonly ok: false;
      readonly problem: WebhookProblem;
      /** HTTP status for the sender. */
      readonly status: 400 | 401 | 409 | 413;
      /** For people. Quotes nothing of what came. */
      readonly message: string;
    };

type Refused = Extract<ReceivedWebhook, { readonly ok: false }>;

/** What signs a webhook, as it stands in its headers. */
interface Envelope {
  readonly id: string;
  /** Unix seconds at which this attempt was signed. */
  readonly atSeconds: number;
  readonly signatures: readonly string[];
}

const ID = /^[\x21-\x7e]{1,256}$/;
const SECONDS = /^\d{1,12}$/;
const MAX_SECRETS = 8;
/** More signatures than secrets in use are nobody's; longer headers are not read. */
const MAX_SIGNATURES_LENGTH = 1024;

const REFUSALS: Readonly<Record<WebhookProblem, Refused>> = {
  body_missing: refused('body_missing', 400, 'the body is missing'),
  body_too_large: refused('body_too_large', 413, 'the body is too large'),
  unauthorized: refused('unauthorized', 401, 'the bearer token is missing or wrong'),
  headers_missing: refused(
    'headers_missing',
    400,
    'webhook-id, webhook-timestamp and webhook-signature are needed, each once and well-formed',
  ),
  stale: refused('stale', 401, 'webhook-timestamp is too far from now'),
  forged: refused('forged', 401, 'no signature fits'),
  replayed: refused('replayed', 409, 'a webhook with this webhook-id has been received already'),
  malformed: refused('malformed', 400, 'the body is not JSON in UTF-8'),
};

/**
 * Receives webhooks of the Standard Webhooks specification (1.0): signed by one of several secrets, signed lately, and
 * never received before. The cheap checks come first, and nothing is remembered of what is not signed.
 */
export class WebhookReceiver {
  readonly #signers: readonly Webhook[];
  readonly #seen: SeenIds;
  readonly #bearer: Buffer | undefined;
  readonly #toleranceSeconds: number;
  readonly #wall: Clock;

  /** @throws RangeError when an option is out of range; secrets are never quoted. */
  constructor(options: WebhookReceiverOptions) {
    this.#signers = signersOf(options.secrets);
    const { maxRemembered = 10_000, toleranceSeconds = 300 } = options;
    this.#seen = new SeenIds(inRange('WebhookReceiver maxRemembered', maxRemembered, 1));
    this.#toleranceSeconds = inRange('WebhookReceiver toleranceSeconds', toleranceSeconds, 1);
    this.#bearer = options.bearerToken ? digestOf(options.bearerToken) : undefined;
    this.#wall = options.wall ?? wallClock;
  }

  /** Judges a webhook by its headers and the bytes of its body as they came. */
  receive(headers: HttpHeaders, body: Uint8Array | undefined): ReceivedWebhook {
    if (body === undefined || body.length === 0) return REFUSALS.body_missing;
    if (body.length > MAX_NOTIFICATION_BYTES) return REFUSALS.body_too_large;
    if (!this.#isAuthorized(headers)) return REFUSALS.unauthorized;
    const envelope = envelopeOf(headers);
    if (envelope === undefined) return REFUSALS.headers_missing;
    const nowMs = this.#wall.nowMs();
    if (Math.abs(nowMs / 1000 - envelope.atSeconds) > this.#toleranceSeconds) return REFUSALS.stale;
    if (!this.#isSigned(envelope, body)) return REFUSALS.forged;
    // Until then a copy of this attempt would pass for fresh.
    const freshUntilMs = (envelope.atSeconds + this.#toleranceSeconds) * 1000 + 1;
    if (!this.#seen.note(envelope.id, freshUntilMs, nowMs)) return REFUSALS.replayed;
    const parsed = parseJson(body);
    return parsed.ok ? { ok: true, id: envelope.id, value: parsed.value } : REFUSALS.malformed;
  }

  #isAuthorized(headers: HttpHeaders): boolean {
    if (this.#bearer === undefined) return true;
    const [scheme = '', token = ''] = (oneOf(headers, 'authorization') ?? '').split(' ', 2);
    // Digests have one length, whatever came: comparing them tells nothing about the token.
    return timingSafeEqual(digestOf(token), this.#bearer) && scheme.toLowerCase() === 'bearer';
  }

  #isSigned({ id, atSeconds, signatures }: Envelope, body: Uint8Array): boolean {
    if (!isUtf8(body)) return false;
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
    const at = new Date(atSeconds * 1000);
    return this.#signers.some((signer) => {
      const expected = Buffer.from(signer.sign(id, at, text));
      return signatures.some((signature) => isSame(Buffer.from(signature), expected));
    });
  }
}

function envelopeOf(headers: HttpHeaders): Envelope | undefined {
  const id = oneOf(headers, 'webhook-id');
  const seconds = oneOf(headers, 'webhook-timestamp');
  const signed = oneOf(headers, 'webhook-signature');
  if (id === undefined || seconds === undefined || signed === undefined) return undefined;
  if (!ID.test(id) || !SECONDS.test(seconds) || signed.length > MAX_SIGNATURES_LENGTH) {
    return undefined;
  }
  return { id, atSeconds: Number(seconds), signatures: signed.split(' ') };
}

/** The value of a header that came once. */
function oneOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Bytes of a secret, by the specification. */
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

function signersOf(secrets: readonly string[]): readonly Webhook[] {
  if (secrets.length < 1 || secrets.length > MAX_SECRETS) {
    throw new RangeError(
      `WebhookReceiver needs 1 to ${MAX_SECRETS} secrets (got ${secrets.length})`,
    );
  }
  return secrets.map((secret, index) => {
    const bytes = SECRET.test(secret) ? Buffer.from(secret.slice(6), 'base64').length : 0;
    if (bytes < MIN_SECRET_BYTES || bytes > MAX_SECRET_BYTES) {
      const rule = `must be whsec_ and the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`;
      throw new RangeError(`WebhookReceiver secrets[${index}] ${rule}`);
    }
    return new Webhook(secret);
  });
}

function refused(problem: WebhookProblem, status: Refused['status'], message: string): Refused {
  return { ok: false, problem, status, message };
}
