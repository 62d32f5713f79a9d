import { Controller, Get, UseFilters } from '@nestjs/common';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorFunction,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { Readiness } from '../core/readiness.js';
import { HealthExceptionFilter } from './health-exception.filter.js';

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

  /** 200 when traffic is welcome, 503 with the missing parts otherwise. */
  @Get(['health', '_health', 'health/ready', '_health/ready'])
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const report = this.readiness.report();
    const indicators: HealthIndicatorFunction[] = Object.entries(report.checks).map(
      ([name, answer]) =>
        () => {
          const indicator = this.indicators.check(name);
          const detail = report.details[name];
          if (answer !== true) return indicator.down({ message: answer });
          return detail === undefined ? indicator.up() : indicator.up({ message: detail });
        },
    );
    indicators.push(() => {
      const indicator = this.indicators.check('draining');
      return report.draining ? indicator.down({ message: 'shutting down' }) : indicator.up();
    });
    return this.health.check(indicators);
  }
}
