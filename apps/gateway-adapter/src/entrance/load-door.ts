import type { Gateway, GatewayTicket, HttpAnswer, HttpHeaders } from '@beamline/gateway-adapter';
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
}

const LET_IN: LoadEntry = { ok: true, ticket: undefined };

/** Keeps out what the router cannot take now. */
export class LoadDoor {
  constructor(private readonly parts: LoadDoorParts) {}

  /**
   * Looks whether it is shut for everybody, before it is known who asks: in contract mode, and for messages always, while
   * the status is `active`. Messages wait in a stream, so it is its length, as the status has it, that shuts them out, and
   * not what the router takes per second. Looking spends nothing of that.
   */
  look(load: Load, headers: HttpHeaders): LoadEntry {
    const { gateway, mode } = this.parts;
    if (load === undefined || gateway === undefined) return LET_IN;
    if (load === 'decides' && mode !== 'contract') return LET_IN;
    const refusal = gateway.admission().look(headers);
    return refusal === undefined ? LET_IN : { ok: false, answer: refusal.http(headers) };
  }

  /** Lets a request in that costs the router work, as far as it takes more of it. */
  enter(load: Load, headers: HttpHeaders): LoadEntry {
    const { gateway } = this.parts;
    if (load !== 'decides' || gateway === undefined) return LET_IN;
    const entry = gateway.admission().enter(headers);
    if (entry.admitted) return { ok: true, ticket: entry.ticket };
    return { ok: false, answer: entry.refusal.http(headers) };
  }
}
