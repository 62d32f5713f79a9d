import { createHash } from 'node:crypto';
import type { GatewayNotificationDocument } from '@beamline/contracts/core';
import { Webhook } from 'standardwebhooks';

/** Headers of one attempt, in lower case. */
export type WebhookHeaders = Readonly<Record<string, string>>;

/** A notification ready to be sent, as often as it takes, to as many as want it. */
export interface WebhookLetter {
  /** `<epoch>-<seq>-<hash of the subject>`: the same in every attempt and for every endpoint. */
  readonly id: string;
  readonly body: Uint8Array;
  /** Headers of an attempt that is made at `nowMs`, in Unix milliseconds. The bearer token is not among them. */
  headersAt(nowMs: number): WebhookHeaders;
}

/** What notifications are signed with. */
export interface WebhookSignerOptions {
  /** `whsec_<base64>` of 24 to 64 bytes; one signature for each. None: notifications are not signed. */
  readonly secrets?: readonly string[];
  /** Sent as `Authorization: Bearer …` to every endpoint over https or on this machine. Default none. */
  readonly bearerToken?: string;
}

/** A secret or token that cannot be used. Its value is not shown. */
export class WebhookSecretError extends RangeError {
  override readonly name = 'WebhookSecretError';
}

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;
const HASH_CHARS = 16;

/** Signs notifications as the Standard Webhooks specification says (https://www.standardwebhooks.com). */
export class WebhookSigner {
  readonly #keys: readonly Webhook[];
  /** For those only to whom nobody on the way can listen: unlike a signature it can be used by whoever reads it. */
  readonly authorization: WebhookHeaders;

  /** @throws WebhookSecretError which names the secret by its place in the list. */
  constructor({ secrets = [], bearerToken }: WebhookSignerOptions = {}) {
    this.#keys = secrets.map(keyOf);
    this.authorization =
      bearerToken === undefined ? {} : { authorization: `Bearer ${checkedToken(bearerToken)}` };
  }

  /** Makes a notification ready: written down once, signed once for each second in which it is sent. */
  letter(notification: GatewayNotificationDocument): WebhookLetter {
    const text = JSON.stringify(notification);
    const body = Buffer.from(text);
    const id = idOf(notification);
    let signed: { readonly second: number; readonly headers: WebhookHeaders } | undefined;
    return {
      id,
      body,
      headersAt: (nowMs) => {
        const second = Math.floor(nowMs / 1000);
        if (signed?.second !== second) {
          signed = { second, headers: this.#headers(id, second, text) };
        }
        return signed.headers;
      },
    };
  }

  #headers(id: string, second: number, text: string): WebhookHeaders {
    const at = new Date(second * 1000);
    const signatures = this.#keys.map((key) => key.sign(id, at, text));
    return {
      'content-type': 'application/json',
      'user-agent': 'beamline-router',
      'webhook-id': id,
      'webhook-timestamp': String(second),
      ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
    };
  }
}

function idOf({ epoch, seq, subject }: GatewayNotificationDocument): string {
  const hash = createHash('sha256').update(subject).digest('base64url').slice(0, HASH_CHARS);
  return `${epoch}-${seq}-${hash}`;
}

function keyOf(secret: string, index: number): Webhook {
  const encoded = SECRET.exec(secret)?.[1];
  const bytes = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length;
  if (bytes < MIN_SECRET_BYTES || bytes > MAX_SECRET_BYTES) {
    const rule = `whsec_ and the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`;
    throw new WebhookSecretError(`webhook secret ${index + 1} must be ${rule}`);
  }
  return new Webhook(secret);
}

function checkedToken(token: string): string {
  if (/^[\u0021-\u007e]{1,4096}$/.test(token)) return token;
  throw new WebhookSecretError('webhook bearer token must be 1 to 4096 visible ASCII characters');
}
