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
   * The refusal where nothing is let in at all, whoever asks. Messages wait in a stream, so it is its length, as the
   * status has it, that shuts them out, and not what the router takes per second.
   */
  shut(load: Load, headers: HttpHeaders): HttpAnswer | undefined {
    const gate = load === undefined ? undefined : this.parts.gateway?.admission();
    if (gate === undefined) return undefined;
    const { mode, status } = gate.view();
    if (status !== 'active') return undefined;
    if (load === 'stores') return this.#overloaded(headers);
    if (mode !== 'contract') return undefined;
    const entry = gate.enter(headers);
    return entry.admitted ? undefined : entry.refusal.http(headers);
  }

  /** Lets a request in that costs the router work, as far as it takes more of it. */
  enter(load: Load, headers: HttpHeaders): LoadEntry {
    if (load !== 'decides' || this.parts.gateway === undefined) return LET_IN;
    const entry = this.parts.gateway.admission().enter(headers);
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
