import type { GatewayConfig } from '@beamline/config';
import type { EdgeEvent, GatewayEvent, RequestReader } from '@beamline/gateway-adapter';
import type { NatsLink } from '@beamline/jetstream';
import type { NatsEvent } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import type { Registry } from '@beamline/metrics';
import type { Readiness } from '@beamline/service';

/** What the process makes before Nest starts. */
export interface AppParts {
  readonly config: GatewayConfig;
  readonly link: NatsLink;
  readonly registry: Registry;
  readonly readiness: Readiness;
  readonly reader: RequestReader;
  readonly observe: Observer<GatewayEvent>;
  readonly observeEdge: Observer<EdgeEvent>;
  readonly observeNats: Observer<NatsEvent>;
}
