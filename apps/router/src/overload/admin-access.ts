import { createHash, timingSafeEqual } from 'node:crypto';

/** What admin access is judged by. */
export interface AdminCall {
  readonly apiKey: string | undefined;
  readonly authorization: string | undefined;
  /** Address of whoever is connected. */
  readonly remoteAddress: string | undefined;
  /** As the caller wrote it: tells whether a browser was led here under another name. */
  readonly host: string | undefined;
}

/** Whether an admin call is served; `error` is the code of the contract. */
export type AdminVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: 'unauthorized' | 'forbidden';
      /** Over HTTP. */
      readonly status: 401 | 403;
      /** For people. */
      readonly message: string;
    };

const LOOPBACK_ADDRESS = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Who may change settings. With a key: whoever has it. Without one: callers on this machine and, over NATS, whoever may
 * publish there; and nobody at all in production, where a proxy beside the router would make every caller one of them.
 */
export class AdminAccess {
  readonly #expected: Buffer | undefined;

  constructor(
    apiKey: string | undefined,
    private readonly isProduction: boolean,
  ) {
    this.#expected = apiKey === undefined ? undefined : digestOf(apiKey);
  }

  /** How admin calls are served, for the log at start. */
  get rule(): 'by key' | 'loopback and NATS' | 'off' {
    if (this.#expected) return 'by key';
    return this.isProduction ? 'off' : 'loopback and NATS';
  }

  judge(call: AdminCall): AdminVerdict {
    if (this.#expected) return this.#byKey(this.#expected, call);
    if (this.isProduction) return OFF;
    if (LOOPBACK_ADDRESS.test(call.remoteAddress ?? '') && LOOPBACK_HOST.test(call.host ?? '')) {
      return { ok: true };
    }
    return refused(403, 'without ADMIN_API_KEY admin calls over HTTP are served to loopback only');
  }

  /** As {@link judge}, of a call over NATS, where nobody can tell who is on this machine. */
  judgeMessage(apiKey: string | undefined): AdminVerdict {
    if (this.#expected) return this.#byKey(this.#expected, { apiKey, authorization: undefined });
    return this.isProduction ? OFF : { ok: true };
  }

  #byKey(
    expected: Buffer,
    { apiKey, authorization }: Pick<AdminCall, 'apiKey' | 'authorization'>,
  ): AdminVerdict {
    const given = apiKey ?? authorization?.replace(/^Bearer\s+/i, '');
    // Digests have one length, and comparing them takes the same time wherever they differ.
    if (given !== undefined && timingSafeEqual(digestOf(given), expected)) return { ok: true };
    return refused(401, 'give the admin key as x-api-key or authorization: Bearer <key>');
  }
}

const OFF = refused(
  403,
  'admin calls are off: ADMIN_API_KEY is not set and NODE_ENV is production',
);

function refused(status: 401 | 403, message: string): AdminVerdict {
  return { ok: false, error: status === 401 ? 'unauthorized' : 'forbidden', status, message };
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
