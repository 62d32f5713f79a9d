import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { Readiness } from '../core/readiness.js';
import { ReadinessWatch } from './readiness-watch.js';

/** The probes over HTTP and gRPC, all from one {@link Readiness}. */
@Module({})
export class HealthModule {
  static forRoot(readiness: Readiness): DynamicModule {
    return {
      module: HealthModule,
      // A failed probe is no news to the log: the change itself is logged once, where it happens.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [{ provide: Readiness, useValue: readiness }, ReadinessWatch],
      exports: [Readiness],
    };
  }
}
