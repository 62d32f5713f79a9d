import { GATEWAY, type Gateway, RequestReader, RouterClient } from '@beamline/gateway-adapter';
import { monotonicClock } from '@beamline/kernel';
import type { Provider } from '@nestjs/common';
import { authenticatorOf } from './access/authenticator-of.js';
import type { AppParts } from './app-parts.js';
import { ADMISSION_MODE } from './backpressure/load-document.js';
import { DecideDesk } from './decide/decide-desk.js';
import { Entrance } from './entrance/entrance.js';
import { LoadDoor } from './entrance/load-door.js';
import { GuessGuard } from './limits/guess-guard.js';
import { RateLimits } from './limits/rate-limits.js';
import { AdminClient } from './registry/admin-client.js';
import { RegistryDesk } from './registry/registry-desk.js';
import { adminOptionsOf, guessGuardOptionsOf, mayRaiseOf, rateLimitsOf } from './settings.js';

/** What stands between HTTP and the router. */
export function edgeProviders(parts: AppParts): readonly Provider[] {
  const { config, link, reader } = parts;
  const { backpressureHttpStatus: refusalStatus } = config;
  return [
    { provide: RequestReader, useValue: reader },
    { provide: ADMISSION_MODE, useValue: config.gatewayAdmissionMode },
    { provide: AdminClient, useValue: new AdminClient(link, adminOptionsOf(config)) },
    {
      provide: Entrance,
      inject: [GATEWAY],
      useFactory: (gateway: Gateway) => entranceOf(parts, gateway),
    },
    {
      provide: DecideDesk,
      inject: [GATEWAY, RouterClient],
      useFactory: (gateway: Gateway, router: RouterClient) =>
        new DecideDesk({
          gateway,
          router,
          refusalStatus,
          mayRaise: mayRaiseOf(config),
          maxTimeoutMs: config.routerRequestTimeoutMs,
        }),
    },
    {
      provide: RegistryDesk,
      inject: [Entrance, AdminClient],
      useFactory: (entrance: Entrance, admin: AdminClient) =>
        new RegistryDesk(entrance, admin, reader),
    },
  ];
}

function entranceOf({ config, reader, observeEdge }: AppParts, gateway: Gateway): Entrance {
  const limits = rateLimitsOf(config);
  return new Entrance({
    authenticator: authenticatorOf(config),
    limits: limits && new RateLimits(limits),
    guesses: new GuessGuard({ ...guessGuardOptionsOf(config), clock: monotonicClock }),
    door: new LoadDoor({
      gateway: config.gatewayAdmissionMode === 'off' ? undefined : gateway,
      mode: config.gatewayAdmissionMode === 'contract' ? 'contract' : 'credit',
    }),
    reader,
    observe: observeEdge,
  });
}
