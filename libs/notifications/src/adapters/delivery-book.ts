import type { Delivery, DeliveryLog } from '../core/delivery-log.js';
import type { AttemptResult } from '../core/delivery-plan.js';
import { failedAttempt } from './webhook-failure.js';
import type { CourierWorld } from './webhook-courier-options.js';
import type { WebhookParcel } from './webhook-lane.js';

type FailedAttempt = Extract<AttemptResult, { readonly kind: 'failed' }>;
type Ending = Pick<Delivery, 'outcome' | 'httpStatus' | 'failure' | 'detail'>;

/** Writes down how deliveries ended, and tells it. */
export class DeliveryBook {
  readonly #log: DeliveryLog;
  readonly #world: CourierWorld;

  constructor(log: DeliveryLog, world: CourierWorld) {
    this.#log = log;
    this.#world = world;
  }

  /** The last deliveries to an endpoint, newest first. */
  of(endpointId: string): readonly Delivery[] {
    return this.#log.of(endpointId);
  }

  forget(endpointId: string): void {
    this.#log.forget(endpointId);
  }

  delivered(endpointId: string, parcel: WebhookParcel, httpStatus: number): void {
    const ending: Ending = { outcome: 'delivered', httpStatus, failure: undefined, detail: '' };
    const { status, attempts, durationMs } = this.#write(endpointId, parcel, ending);
    const type = 'notification-delivered';
    this.#world.observe({ type, endpointId, status, attempts, durationMs });
  }

  failed(endpointId: string, parcel: WebhookParcel, attempt: FailedAttempt): void {
    const { failure, detail, httpStatus } = attempt;
    const ending: Ending = { outcome: 'failed', httpStatus, failure, detail };
    const { status, attempts, durationMs } = this.#write(endpointId, parcel, ending);
    const told = { endpointId, status, attempts, durationMs, failure, httpStatus, detail };
    this.#world.observe({ type: 'notification-failed', ...told });
  }

  /** One that waited until it was worth nothing any more. */
  expired(endpointId: string, parcel: WebhookParcel, detail: string): void {
    const { httpStatus } = parcel;
    this.failed(endpointId, parcel, { ...failedAttempt('expired', detail), httpStatus });
  }

  superseded(endpointId: string, parcel: WebhookParcel): void {
    // Those that nobody tried would drive what matters out of the log of an endpoint that is slow.
    if (parcel.attempts > 0) {
      const { httpStatus } = parcel;
      const ending = { outcome: 'superseded', httpStatus, failure: undefined, detail: '' } as const;
      this.#write(endpointId, parcel, ending);
    }
    const { status } = parcel.notification;
    this.#world.observe({ type: 'notification-superseded', endpointId, status });
  }

  #write(endpointId: string, parcel: WebhookParcel, ending: Ending): Delivery {
    const { started, attempts, notification } = parcel;
    const { subject, status, epoch, seq } = notification;
    const delivery: Delivery = {
      atMs: started?.atMs ?? this.#world.wall.nowMs(),
      subject,
      status,
      epoch,
      seq,
      ...ending,
      attempts,
      durationMs: started === undefined ? 0 : this.#world.clock.nowMs() - started.clockMs,
    };
    this.#log.add(endpointId, delivery);
    return delivery;
  }
}
