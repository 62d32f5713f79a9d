import type { OverloadControl, OverloadEvent } from '@beamline/backpressure';
import type { RouterConfig } from '@beamline/config';
import type { AckedPublisher, NatsLink } from '@beamline/jetstream';
import type { IntakeEvent, NatsEvent } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import type { NotificationEvent } from '@beamline/notifications/core';
import type { DecideEvent, PolicyEvent } from '@beamline/policy/core';
import type { DurableAdmission } from './overload/durable-admission.js';
import type { GatewayNotifications } from './overload/gateways/gateway-notifications.js';

/** Who is told of the facts of each part: metrics and logs, put together in `observers.ts`. */
export interface RouterObservers {
  readonly decide: Observer<DecideEvent>;
  readonly intake: Observer<IntakeEvent>;
  readonly nats: Observer<NatsEvent>;
  readonly policy: Observer<PolicyEvent>;
  readonly overload: Observer<OverloadEvent>;
  readonly notifications: Observer<NotificationEvent>;
}

/** What lives as long as the process, and longer than the Nest application inside it. */
export interface Platform {
  readonly config: RouterConfig;
  readonly observers: RouterObservers;
  readonly link: NatsLink;
  readonly publisher: AckedPublisher;
  /** Who is let in, and how loaded we are. */
  readonly overload: OverloadControl;
  /** How much of what is stored is taken on. */
  readonly durable: DurableAdmission;
  /** Who is told of it. */
  readonly gateways: GatewayNotifications;
  /** 0 up to 1. */
  readonly random: () => number;
}
