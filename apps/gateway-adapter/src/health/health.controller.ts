import { Controller, Get, UseFilters } from '@nestjs/common';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { HealthExceptionFilter } from './health-exception.filter.js';
import { Readiness } from './readiness.js';

/** The probes: is the process alive, and may it be sent traffic. */
@Controller()
@UseFilters(HealthExceptionFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  /** Answers as long as the event loop turns. Nothing outside the process may fail it. */
  @Get(['health/live', '_health/live'])
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.indicators.check('process').up()]);
  }

  /** 200 when traffic is welcome, 503 with the missing part otherwise. */
  @Get(['health', '_health', 'health/ready', '_health/ready'])
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => {
        const nats = this.indicators.check('nats');
        return this.readiness.isConnected ? nats.up() : nats.down({ message: 'not connected' });
      },
      () => {
        const draining = this.indicators.check('draining');
        return this.readiness.isDraining
          ? draining.down({ message: 'shutting down' })
          : draining.up();
      },
    ]);
  }
}
