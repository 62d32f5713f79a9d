import { type DynamicModule, Module } from '@nestjs/common';
import { OverloadControl } from '@beamline/backpressure';
import { monotonicClock, wallClock } from '@beamline/kernel';
import type { Platform } from '../platform.js';
import { AdminAccess } from './admin-access.js';
import { BackpressureHttpController } from './backpressure.http.controller.js';
import { BackpressureNatsController } from './backpressure.nats.controller.js';
import { BackpressureQueries } from './backpressure-queries.js';
import { DoorAdmission } from './door-admission.js';
import { DurableAdmission } from './durable-admission.js';
import { trustOf } from './overload-options.js';

/** Overload control for the doors, and what it tells: status, history, settings. */
@Module({})
export class OverloadModule {
  static forRoot({ config, observers, overload }: Platform): DynamicModule {
    const decide = overload.subject(config.decideSubject);
    const admission = new DoorAdmission({
      control: decide,
      mayRaise: trustOf(config),
      loadReport: config.loadReport,
      httpStatus: config.backpressureHttpStatus,
      monotonic: monotonicClock,
      observe: observers.overload,
    });
    return {
      module: OverloadModule,
      // The doors need it, and are a module of their own.
      global: true,
      controllers: [BackpressureNatsController, BackpressureHttpController],
      providers: [
        { provide: OverloadControl, useValue: overload },
        { provide: DoorAdmission, useValue: admission },
        { provide: DurableAdmission, useValue: new DurableAdmission(decide, wallClock) },
        {
          provide: BackpressureQueries,
          useValue: new BackpressureQueries(overload, config.decideSubject, wallClock),
        },
        {
          provide: AdminAccess,
          useValue: new AdminAccess(config.adminApiKey, config.nodeEnv === 'production'),
        },
      ],
      exports: [OverloadControl, DoorAdmission, DurableAdmission],
    };
  }
}
