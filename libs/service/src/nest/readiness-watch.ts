import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Readiness } from '../core/readiness.js';

const INTERVAL_MS = 200;

/** Re-evaluates readiness on a beat, so that watchers of gRPC health hear of a change that nobody asked about. */
@Injectable()
export class ReadinessWatch implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly readiness: Readiness) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.readiness.report(), INTERVAL_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }
}
