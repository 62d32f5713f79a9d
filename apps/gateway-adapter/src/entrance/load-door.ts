import type {
  Gateway,
  GatewayTicket,
  HttpAnswer,
  HttpHeaders,
  RequestReader,
} from '@beamline/gateway-adapter';
import type { RouteRules } from './route-rules.js';

type Load = RouteRules['load'];

/** Whether the router's load lets a request in. */
export type LoadEntry =
  | { readonly ok: true; readonly ticket: GatewayTicket | undefined }
  | { readonly ok: false; readonly answer: HttpAnswer };

/** What a {@link LoadDoor} stands on. */
export interface LoadDoorParts {
  /** `undefined`: the load is left to the router. */
  readonly gateway: Pick<Gateway, 'admission'> | undefined;
  /** How the gateway lets requests in. */
  readonly mode: 'credit' | 'contract';
  readonly reader: RequestReader;
  /** Status of a refusal. */
  readonly refusalStatus: 429 | 503;
}

const LET_IN: LoadEntry = { ok: true, ticket: undefined };
/** The contract's wait for an overloaded router. */
const RETRY_AFTER_S = 30;

/** Keeps out what the router cannot take now. */
export class LoadDoor {
  constructor(private readonly parts: LoadDoorParts) {}

  /**
   * Looks whether it is shut for everybody, before it is known who asks. In contract mode that is all there is to know,
   * and nothing is spent by letting somebody in. Messages wait in a stream, so it is its length, as the status has it,
   * that shuts them out, and not what the router takes per second.
   */
  look(load: Load, headers: HttpHeaders): LoadEntry {
    const { gateway, mode } = this.parts;
    if (load === undefined || gateway === undefined) return LET_IN;
    if (load === 'decides') return mode === 'contract' ? this.#enter(gateway, headers) : LET_IN;
    const { status } = gateway.admission().view();
    return status === 'active' ? { ok: false, answer: this.#overloaded(headers) } : LET_IN;
  }

  /** Lets a request in that costs the router work, as far as it takes more of it. `held`: the ticket it has already. */
  enter(load: Load, headers: HttpHeaders, held: GatewayTicket | undefined): LoadEntry {
    const { gateway } = this.parts;
    if (held !== undefined) return { ok: true, ticket: held };
    if (load !== 'decides' || gateway === undefined) return LET_IN;
    return this.#enter(gateway, headers);
  }

  #enter(gateway: Pick<Gateway, 'admission'>, headers: HttpHeaders): LoadEntry {
    const entry = gateway.admission().enter(headers);
    if (entry.admitted) return { ok: true, ticket: entry.ticket };
    return { ok: false, answer: entry.refusal.http(headers) };
  }

  #overloaded(headers: HttpHeaders): HttpAnswer {
    return this.parts.reader.refuse(headers, {
      code: 'service_overloaded',
      message: 'Router is overloaded, retry later',
      status: this.parts.refusalStatus,
      retryAfterSeconds: RETRY_AFTER_S,
    });
  }
}
