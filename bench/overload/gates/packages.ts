import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import CircuitBreaker from 'opossum';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import toobusy from 'toobusy-js';
import { carefulQueue, type Gate, type GateSettings, Refused } from './gate.js';

/** opossum: `capacity` bounds what runs at once. Its own refusals shall not open its breaker. */
export function opossumGate(settings: GateSettings): Gate {
  const breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
    timeout: false,
    capacity: settings.slots + carefulQueue(settings),
    errorFilter: (error) => error.code === 'ESEMLOCKED',
  });
  return {
    run: async (_request, work) => {
      try {
        let result: Awaited<ReturnType<typeof work>> | undefined;
        await breaker.fire(async () => {
          result = await work();
        });
        if (result === undefined) throw new Error('the work gave nothing');
        return result;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        throw code === 'ESEMLOCKED' || code === 'EOPENBREAKER' ? new Refused() : error;
      }
    },
  };
}

/** cockatiel: a bulkhead as wide as the slots, with a bounded queue. */
export function cockatielGate(settings: GateSettings): Gate {
  const policy = bulkhead(settings.slots, carefulQueue(settings));
  return {
    run: async (_request, work) => {
      try {
        return await policy.execute(() => work());
      } catch (error) {
        throw error instanceof BulkheadRejectedError ? new Refused() : error;
      }
    },
  };
}

/** toobusy-js with its defaults: refuses when the event loop lags. */
export function toobusyGate(): Gate {
  return {
    run: (_request, work) => (toobusy() ? Promise.reject(new Refused()) : work()),
  };
}

/** rate-limiter-flexible: as many per second as the service can deliver. */
export function rateLimiterGate({ capacityPerSecond }: GateSettings): Gate {
  const limiter = new RateLimiterMemory({ points: Math.round(capacityPerSecond), duration: 1 });
  return {
    run: async (_request, work) => {
      try {
        await limiter.consume('all');
      } catch (error) {
        throw error instanceof RateLimiterRes ? new Refused(error.msBeforeNext) : error;
      }
      return work();
    },
  };
}
