import type { Criticality } from '@beamline/contracts/core';
import type { GatewayRefusalReason } from './gateway-refusal-reason.js';
import type { RouterUnavailable } from './router-answer.js';
import type { LoadRefusal, LoadSource, LoadStatus } from './router-load.js';

/** What was asked of the router. */
export type RouterOperation = 'decide' | 'get_decision';

/** How asking ended. A closed set, so that it can be a label. */
export type RouterOutcome = 'decided' | 'refused' | RouterUnavailable;

/** What a gateway serves over HTTP; `other` is whatever nobody serves. */
export type HttpRoute =
  | 'decide'
  | 'get_decision'
  | 'messages'
  | 'message'
  | 'message_stream'
  | 'policies'
  | 'extensions'
  | 'backpressure'
  | 'notifications'
  | 'openapi'
  | 'health'
  | 'metrics'
  | 'other';

/** How a poll ended: `heard` with a status, `unreadable` with something else, the others without an answer. */
export type PollOutcome = 'heard' | 'unreadable' | 'unanswered' | 'disconnected';

/** Why a webhook is not believed. */
export type WebhookProblem =
  | 'body_missing'
  | 'body_too_large'
  | 'unauthorized'
  | 'headers_missing'
  | 'stale'
  | 'forged'
  | 'replayed'
  | 'malformed';

/** What became of a notification over HTTP. `not_followed`: it is about a subject that nothing is sent to. */
export type WebhookOutcome = 'heard' | 'not_followed' | WebhookProblem;

/** Facts about the load of the router, and about what the gateway does of its own for it. */
export type GatewayLoadEvent =
  | {
      /** A request was refused here: the router was not asked. */
      readonly type: 'request-refused';
      readonly reason: GatewayRefusalReason;
      readonly criticality: Criticality;
    }
  | {
      readonly type: 'load-heard';
      readonly source: LoadSource;
      readonly status: LoadStatus;
      readonly effectiveStatus: LoadStatus;
      /** Another status, or a credit where there was none, or the other way round. */
      readonly changed: boolean;
    }
  | {
      readonly type: 'load-refused';
      readonly source: LoadSource;
      readonly reason: LoadRefusal;
    }
  | {
      /** What was pushed last is not believed any more, and nothing newer came. */
      readonly type: 'pushes-lost';
    }
  | {
      /** A push is believed again, or for the first time. */
      readonly type: 'pushes-heard';
    }
  | {
      /** From now on no more is sent than the router takes. */
      readonly type: 'limit-started';
      readonly perSecond: number;
    }
  | { readonly type: 'limit-ended' }
  | {
      /** The router was `active` in too many polls in a row: only probes are sent. */
      readonly type: 'breaker-opened';
    }
  | {
      readonly type: 'breaker-closed';
      /** `recovered`: a poll or probes say so; `expired`: polls give no answer, so nobody knows. */
      readonly reason: 'recovered' | 'expired';
    }
  | {
      /** The router was asked for its status. */
      readonly type: 'poll-answered';
      readonly outcome: PollOutcome;
      readonly durationMs: number;
    }
  | {
      /** What was pushed over NATS is no notification of the subject it came for. */
      readonly type: 'push-unreadable';
    }
  | {
      /** A notification came over HTTP. */
      readonly type: 'webhook-received';
      readonly outcome: WebhookOutcome;
    }
  | {
      /** A retry of the gateway's own was not sent: its caller gets the answer there is. */
      readonly type: 'retry-denied';
      readonly reason: GatewayRefusalReason;
      readonly criticality: Criticality;
    };

/** Facts of the gateway side. */
export type GatewayEvent =
  | GatewayLoadEvent
  | {
      readonly type: 'router-asked';
      readonly operation: RouterOperation;
      readonly outcome: RouterOutcome;
      /** From the request's start to its outcome. */
      readonly durationMs: number;
    }
  | {
      readonly type: 'http-answered';
      readonly route: HttpRoute;
      readonly status: number;
      /** From the request's headers to the last byte of the response. */
      readonly durationMs: number;
    }
  | {
      readonly type: 'late-reply';
      /** An answer came after its request had been given up. */
      readonly sizeBytes: number;
    };
