import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { Readiness } from '../core/readiness.js';

/** `grpc.health.v1` for the whole server (`''`) and the named services, saying what {@link Readiness} says. */
export class GrpcHealth {
  readonly #health: HealthImplementation;

  constructor(
    private readonly services: readonly string[],
    readiness: Readiness,
  ) {
    this.#health = new HealthImplementation(
      Object.fromEntries(services.map((service) => [service, 'NOT_SERVING'] as const)),
    );
    readiness.onChange((ready) => this.#set(ready));
  }

  /** Adds the service to a gRPC server, before it listens. */
  attach(server: Server): void {
    this.#health.addToServer(server);
  }

  #set(ready: boolean): void {
    for (const service of this.services) {
      this.#health.setStatus(service, ready ? 'SERVING' : 'NOT_SERVING');
    }
  }
}
