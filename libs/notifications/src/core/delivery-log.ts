/** Why a notification did not reach an endpoint: a closed set, so that it can be a label. */
export type DeliveryFailure =
  /** The host may not be reached, by its name or by what its name resolves to. */
  | 'refused_address'
  | 'unresolved'
  | 'connection'
  | 'tls'
  | 'timeout'
  /** It answered with 3xx: redirects are not followed. */
  | 'redirect'
  /** It answered with anything else that is not 2xx. */
  | 'http_status'
  | 'broken_answer'
  /** It was worth nothing any more before it could be tried again. */
  | 'expired'
  | 'too_large'
  | 'unknown';

/** How one notification to one endpoint ended. */
export interface Delivery {
  /** When the first attempt began, in Unix milliseconds. */
  readonly atMs: number;
  /** What was delivered. */
  readonly subject: string;
  readonly status: string;
  readonly epoch: number;
  readonly seq: number;
  /** `superseded`: a newer one of the same subject took its place before it got through. */
  readonly outcome: 'delivered' | 'failed' | 'superseded';
  /** Of the last answer; `undefined` when there was none. */
  readonly httpStatus: number | undefined;
  /** Of `failed` only. */
  readonly failure: DeliveryFailure | undefined;
  /** Why, for people; empty when there is nothing to say. Holds no secret. */
  readonly detail: string;
  /** 0: superseded before the first one. */
  readonly attempts: number;
  /** From the first attempt to the end, pauses included, in milliseconds. */
  readonly durationMs: number;
}

/** Bounds of {@link DeliveryLog}. */
export interface DeliveryLogOptions {
  /** Deliveries kept per endpoint, 1 or more; the oldest goes. Default 20. */
  readonly perEndpoint?: number;
  /** Endpoints with deliveries, 1 or more; those of the one that was quiet for longest go. Default 2 000. */
  readonly endpoints?: number;
}

/** Remembers the last deliveries to each endpoint. */
export class DeliveryLog {
  readonly #perEndpoint: number;
  readonly #endpoints: number;
  /** Oldest delivery first; the endpoint that was quiet for longest first. */
  readonly #deliveries = new Map<string, readonly Delivery[]>();

  constructor({ perEndpoint = 20, endpoints = 2_000 }: DeliveryLogOptions = {}) {
    this.#perEndpoint = perEndpoint;
    this.#endpoints = endpoints;
  }

  add(endpointId: string, delivery: Delivery): void {
    const known = this.#deliveries.get(endpointId) ?? [];
    this.#deliveries.delete(endpointId);
    this.#deliveries.set(endpointId, [...known, delivery].slice(-this.#perEndpoint));
    if (this.#deliveries.size > this.#endpoints) this.#forgetQuietest();
  }

  /** The last deliveries to an endpoint, newest first; empty when there were none. */
  of(endpointId: string): readonly Delivery[] {
    return (this.#deliveries.get(endpointId) ?? []).toReversed();
  }

  forget(endpointId: string): void {
    this.#deliveries.delete(endpointId);
  }

  #forgetQuietest(): void {
    for (const endpointId of this.#deliveries.keys()) {
      this.#deliveries.delete(endpointId);
      return;
    }
  }
}
