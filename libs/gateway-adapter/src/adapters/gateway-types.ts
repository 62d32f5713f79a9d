import type { Criticality } from '@beamline/contracts/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import type { HttpHeaders } from '../core/check-headers.js';
import type { GatewayAdmissionOptions, GatewayView } from '../core/gateway-admission-types.js';
import type { GatewayEvent } from '../core/gateway.events.js';
import type { HttpAnswer } from '../core/http-answer.js';
import type { RouterAnswer } from '../core/router-answer.js';
import type { GatewayRefusal } from './gateway-refusal.js';
import type { GatewayTicket } from './gateway-ticket.js';
import type { RetryingClientOptions } from './retrying-client.js';
import type { NatsSource } from './nats-source.js';
import type { RouterCall } from './router-call.js';
import type { RouterClient, RouterClientOptions } from './router-client.js';
import type { RouterPort } from './router-port.js';
import type { StatusClientOptions } from './status-client.js';
import type { WebhookReceiverOptions } from './webhook-receiver.js';

export type { GatewayTicket } from './gateway-ticket.js';
export type { RouterPort } from './router-port.js';

/** What a gateway consists of. What is out of range is a RangeError. */
export interface GatewayOptions {
  /**
   * The connection to NATS, which the gateway never closes. Make it with `maxReconnectAttempts: -1`: by default it is closed
   * for good after ten attempts, which take about twenty seconds. Default: there is no NATS.
   */
  readonly nats?: NatsSource | NatsConnection;
  /** The subject requests are let in for, and sent to over NATS, unless `router` says otherwise. Default `beamline.router.v1.decide`. */
  readonly subject?: string;
  /** Subjects that are followed at most. Default 100. Must be ≥ 1. */
  readonly maxSubjects?: number;
  /** How requests are let in. */
  readonly admission?: Omit<GatewayAdmissionOptions, 'observe'>;
  /** How the load is heard: pushes and polls. */
  readonly status?: StatusClientOptions;
  /** How the router is asked over NATS: for decisions unless there is a `routerPort`, and for those made earlier. */
  readonly router?: RouterClientOptions;
  /** Asks for decisions in place of NATS, as `GrpcRouterClient` does. It is closed with the gateway. */
  readonly routerPort?: RouterPort;
  /** Repeats of a request by the gateway itself, and hedges. */
  readonly retries?: RetryingClientOptions;
  /** Receives notifications over HTTP. Without it, they are answered with 404. */
  readonly webhook?: WebhookReceiverOptions;
  /** Status of a refusal over HTTP: 429 is the contract's, 503 what older clients expect. Default 429. */
  readonly refusalStatus?: 429 | 503;
  /** Body of a refusal over HTTP: the contract's error, or a problem of RFC 9457. Default `error`. */
  readonly refusalBody?: 'error' | 'problem';
  /** Whether a caller with these headers may call its request critical. Default: nobody. */
  readonly mayRaise?: (headers: HttpHeaders) => boolean;
  /** Hears of everything that happens. What it throws is lost but for one warning of the process. Default: nobody. */
  readonly observe?: Observer<GatewayEvent>;
  /** Monotonic time. */
  readonly clock?: Clock;
  /** Evenly distributed in [0, 1). */
  readonly random?: () => number;
}

/** Whether a request was let in. */
export type GatewayEntry =
  | { readonly admitted: true; readonly ticket: GatewayTicket }
  | { readonly admitted: false; readonly refusal: GatewayRefusal };

/** What is known of a request that wants in, where there are no HTTP headers to read it from. */
export interface EntryRequest {
  /** Default `default`. */
  readonly criticality?: Criticality | undefined;
  /** How often the caller has tried before. Default 0. */
  readonly attempt?: number | undefined;
  /** What is left of the time its caller waits, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** The door to one subject of the router. */
export interface SubjectGate {
  readonly subject: string;
  /** Reads criticality, attempt and patience from the headers of an HTTP request, and lets it in or refuses it. */
  enter(headers: HttpHeaders): GatewayEntry;
  /** The same for a request that did not come over HTTP. */
  admit(request?: EntryRequest): GatewayEntry;
  /**
   * What to answer everybody while the reported status is `active`, whatever the mode; `undefined` while it is not. Looking
   * lets nobody in and spends nothing.
   */
  look(headers?: HttpHeaders): GatewayRefusal | undefined;
  /** What is known of the subject's load, and what is done about it. */
  view(): GatewayView;
}

/** A call of {@link Gateway.decide}. */
export interface DecideCall extends RouterCall {
  /**
   * Of a request that was let in already, as by a middleware: `decide` settles it instead of asking for admission again. One
   * for another subject says whose load it counts for, not where it goes.
   */
  readonly ticket?: GatewayTicket;
}

/** How {@link Gateway.decide} ended: as the router's answer, or refused here without asking it. */
export type DecideOutcome =
  RouterAnswer | { readonly kind: 'shed'; readonly refusal: GatewayRefusal };

/** What a gateway team uses: it knows the router's load, lets requests in, and asks for decisions. */
export interface Gateway {
  /** Starts to listen and to poll. Until something is heard, everything is let in. Harmless when started already. */
  start(): void;
  /** Stops listening, takes no more requests, and waits for those in flight. */
  stop(): Promise<void>;
  /**
   * The door to a subject, always the same object. Default: the gateway's subject.
   * @throws RangeError when the subject is not 1 to 1023 characters without spaces and wildcards, or one too many.
   */
  admission(subject?: string): SubjectGate;
  /** What is known of a subject's load; of one that nobody asked for admission to, nothing is. */
  view(subject?: string): GatewayView;
  /** The status of a subject, asked of the router now; `undefined` when nothing usable came back. */
  status(subject?: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Asks for a decision: with admission, deadline and retries. */
  decide(request: Uint8Array | object, call: DecideCall): Promise<DecideOutcome>;
  /**
   * The HTTP response for an outcome of `decide`: the decision as it came, or the contract's error with its status and
   * `Retry-After`. `headers` are the request's, for its ids.
   */
  answer(outcome: DecideOutcome, headers?: HttpHeaders): HttpAnswer;
  /** Asks over NATS without looking at the load. */
  readonly router: Pick<RouterClient, 'decide' | 'getDecision'>;
  /** Asks for a decision made earlier. It passes admission: a look-up is no work. */
  getDecision(messageId: string, call: RouterCall): Promise<RouterAnswer>;
  /** Takes a notification that came over HTTP: `body` is what came, byte for byte. */
  receive(headers: HttpHeaders, body: Uint8Array | undefined): HttpAnswer;
  /**
   * Calls back with everything that happens; the function it returns ends that. What the listener throws is lost but for one
   * warning of the process: it must not harm the request at hand.
   */
  onEvent(listener: Observer<GatewayEvent>): () => void;
}
