import { type DynamicModule, Module } from '@nestjs/common';
import { OverloadControl, ProtectionModule, tenantInHeaders } from '@beamline/backpressure';
import { monotonicClock, wallClock } from '@beamline/kernel';
import type { Platform } from '../platform.js';
import { AdminAccess } from './admin-access.js';
import { AdminGuard } from './admin.guard.js';
import { BackpressureHttpController } from './backpressure.http.controller.js';
import { BackpressureNatsController } from './backpressure.nats.controller.js';
import { BackpressureQueries } from './backpressure-queries.js';
import { DoorAdmission } from './door-admission.js';
import { Drills } from './drills.js';
import { DurableAdmission } from './durable-admission.js';
import { GatewayRegistrations } from './gateways/gateway-registrations.js';
import { GatewaysHttpController } from './gateways/gateways.http.controller.js';
import { GatewaysNatsController } from './gateways/gateways.nats.controller.js';
import { OverloadAdminHttpController } from './overload-admin.http.controller.js';
import { trustOf } from './overload-options.js';
import { Settings } from './settings.js';

/** Overload control for the doors, and what it tells: status, history, settings. */
@Module({})
export class OverloadModule {
  static forRoot(platform: Platform): DynamicModule {
    const { config, durable, gateways, overload } = platform;
    return {
      module: OverloadModule,
      // The doors need it, and are a module of their own.
      global: true,
      imports: [protectionOf(platform)],
      controllers: [
        BackpressureNatsController,
        BackpressureHttpController,
        OverloadAdminHttpController,
        GatewaysHttpController,
        GatewaysNatsController,
      ],
      providers: [
        { provide: OverloadControl, useValue: overload },
        { provide: DoorAdmission, useValue: doorAdmissionOf(platform) },
        { provide: DurableAdmission, useValue: durable },
        { provide: Settings, useValue: new Settings(overload) },
        { provide: GatewayRegistrations, useValue: new GatewayRegistrations(gateways) },
        { provide: Drills, useValue: new Drills(overload) },
        {
          provide: BackpressureQueries,
          useValue: new BackpressureQueries(overload, config.decideSubject, wallClock),
        },
        {
          provide: AdminAccess,
          useValue: new AdminAccess(config.adminApiKey, config.nodeEnv === 'production'),
        },
        AdminGuard,
      ],
      exports: [OverloadControl, DoorAdmission, DurableAdmission],
    };
  }
}

function doorAdmissionOf({ config, observers, overload }: Platform): DoorAdmission {
  return new DoorAdmission({
    control: overload.subject(config.decideSubject),
    mayRaise: trustOf(config),
    loadReport: config.loadReport,
    httpStatus: config.backpressureHttpStatus,
    monotonic: monotonicClock,
    observe: observers.overload,
  });
}

/** What is not hot is protected by decorator. */
function protectionOf({ config, observers, overload }: Platform): DynamicModule {
  const isTrusted = trustOf(config);
  return ProtectionModule.forRoot({
    gates: (subject) => overload.subject(subject),
    mayRaise: (call) => isTrusted(tenantInHeaders(call)),
    httpStatus: config.backpressureHttpStatus,
    loadReport: config.loadReport,
    observe: observers.overload,
  });
}
