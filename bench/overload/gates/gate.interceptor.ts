import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { lastValueFrom, type Observable, from } from 'rxjs';
import { refusalOn } from './refusal-on.js';
import { type Gate, type GateRequest, type GateSettings, type MakeGate, Refused } from './gate.js';

/** Puts a peer around a handler, the way its documentation shows it: one interceptor. */
export class GateInterceptor implements NestInterceptor {
  #gate: Gate;

  constructor(
    private readonly make: MakeGate,
    settings: GateSettings,
  ) {
    this.#gate = make(settings);
  }

  /** Starts over with a new gate. */
  renew(settings: GateSettings): void {
    this.#gate = this.make(settings);
  }

  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<object> {
    return from(this.#run(context, next));
  }

  async #run(context: ExecutionContext, next: CallHandler<object>): Promise<object> {
    try {
      return await this.#gate.run(UNKNOWN, () => lastValueFrom(next.handle()));
    } catch (error) {
      throw error instanceof Refused ? refusalOn(context, error.retryAfterMs) : error;
    }
  }
}

/** No peer of the bench looks at who asks. */
const UNKNOWN: GateRequest = { criticality: 'default', tenantId: '' };
