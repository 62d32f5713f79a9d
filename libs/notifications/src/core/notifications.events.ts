import type { BucketState } from '@beamline/jetstream/core';
import type { DeliveryFailure } from './delivery-log.js';
import type { EndpointSource } from './endpoint.js';

/** Why an endpoint is not registered, or not taken out. */
export type RegistrationRefusal =
  /** It is no URL that may be called. */
  | 'invalid_endpoint'
  /** As many are registered as may be. */
  | 'too_many_endpoints'
  /** It comes from the configuration, and only that can take it out. */
  | 'configured'
  /** NATS is not there: nothing could be written. */
  | 'unavailable';

/** Facts of the registry of gateways and of what they are told. */
export type NotificationEvent =
  /** This replica registered an endpoint that was not registered before. */
  | {
      readonly type: 'endpoint-registered';
      readonly endpointId: string;
      readonly source: EndpointSource;
    }
  /** This replica took an endpoint out. */
  | { readonly type: 'endpoint-unregistered'; readonly endpointId: string }
  | { readonly type: 'registration-refused'; readonly reason: RegistrationRefusal }
  /** An entry of the bucket that cannot be used. */
  | { readonly type: 'registry-entry-refused'; readonly key: string; readonly problem: string }
  | { readonly type: 'registry-size'; readonly endpoints: number }
  | {
      readonly type: 'registry-state-changed';
      readonly state: BucketState;
      /** Why, for people; empty when there is nothing to say. */
      readonly detail: string;
    }
  /** This replica publishes from now on, under `epoch`. */
  | { readonly type: 'lead-taken'; readonly epoch: number }
  | { readonly type: 'lead-lost'; readonly epoch: number }
  /** A notification went out over NATS. */
  | {
      readonly type: 'notification-published';
      readonly subject: string;
      readonly status: string;
      /** The status, the effective status, or whether there is a credit changed; else only the credit, or nothing. */
      readonly isTransition: boolean;
    }
  /** A notification could not go out over NATS; the next heartbeat makes up for it. */
  | { readonly type: 'notification-unsent'; readonly subject: string; readonly status: string }
  /** Somebody publishes notifications that cannot be read. */
  | { readonly type: 'notification-refused'; readonly problem: string }
  | {
      readonly type: 'notification-delivered';
      readonly endpointId: string;
      readonly status: string;
      readonly attempts: number;
      readonly durationMs: number;
    }
  | {
      readonly type: 'notification-failed';
      readonly endpointId: string;
      readonly status: string;
      readonly attempts: number;
      readonly durationMs: number;
      readonly failure: DeliveryFailure;
      readonly httpStatus: number | undefined;
      /** For logs only: never a label. */
      readonly detail: string;
    }
  /** A newer notification of the same subject took its place. */
  | {
      readonly type: 'notification-superseded';
      readonly endpointId: string;
      readonly status: string;
    };
