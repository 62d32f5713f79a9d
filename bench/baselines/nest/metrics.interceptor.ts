import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { type Observable, tap } from 'rxjs';

const requests = new Counter({
  name: 'requests_total',
  help: 'Requests by handler and outcome.',
  labelNames: ['handler', 'outcome'] as const,
});
const durations = new Histogram({
  name: 'request_duration_seconds',
  help: 'Time in the handler.',
  labelNames: ['handler'] as const,
});

/** A labelled counter and a histogram around every handler, as the documentation of Nest shows it. */
@Injectable()
export class MetricsInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler().name;
    const startedMs = performance.now();
    const count = (outcome: string): void => {
      requests.inc({ handler, outcome });
      durations.observe({ handler }, (performance.now() - startedMs) / 1_000);
    };
    return next.handle().pipe(tap({ next: () => count('ok'), error: () => count('error') }));
  }
}
