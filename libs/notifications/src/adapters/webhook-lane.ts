import type { GatewayNotificationDocument } from '@beamline/contracts/core';
import { DeliveryLane, type Parcel } from '../core/delivery-lane.js';
import type { GatewayEndpoint } from '../core/endpoint.js';
import type { WebhookLetter } from './webhook-signer.js';

/** A notification on its way to an endpoint, and what is known of its way. */
export interface WebhookParcel extends Parcel<WebhookLetter> {
  readonly notification: GatewayNotificationDocument;
  /** When the first attempt began, on both clocks; `undefined` before it. */
  readonly started: { readonly atMs: number; readonly clockMs: number } | undefined;
  /** HTTP status of the last attempt. */
  readonly httpStatus: number | undefined;
}

/** One endpoint: what waits for it, how it fared, and when it may be tried again. */
export class WebhookLane {
  readonly waiting: DeliveryLane<WebhookParcel>;
  /** Failures in a row. */
  failures = 0;
  /** Not before this instant of the courier's clock, in milliseconds. */
  restsUntilMs = Number.NEGATIVE_INFINITY;
  readonly #cut = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly endpoint: GatewayEndpoint,
    maxSubjects: number,
  ) {
    this.waiting = new DeliveryLane(maxSubjects);
  }

  /** Nobody waits for it any more: what is under way is cut off, and its end told to nobody. */
  get isClosed(): boolean {
    return this.#cut.signal.aborted;
  }

  /** Cuts off what is under way when the lane is closed. */
  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  /** Calls `wake` once the endpoint has rested, for this and all further calls until then. */
  wakeIn(ms: number, wake: () => void): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      wake();
    }, ms);
  }

  /** Wakes nobody any more. */
  hush(): void {
    clearTimeout(this.#timer);
  }

  close(): void {
    this.hush();
    this.#cut.abort();
  }
}
