import type { RouterUnavailable } from './router-answer.js';

/** What was asked of the router. */
export type RouterOperation = 'decide' | 'get_decision';

/** How asking ended. A closed set, so that it can be a label. */
export type RouterOutcome = 'decided' | 'refused' | RouterUnavailable;

/** What a gateway serves over HTTP; `other` is whatever nobody serves. */
export type HttpRoute = 'decide' | 'get_decision' | 'health' | 'metrics' | 'other';

/** Facts of the gateway side. */
export type GatewayEvent =
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
