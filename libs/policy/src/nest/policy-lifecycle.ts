import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { NatsSource } from '@beamline/jetstream';
import type { PolicyStore } from '../adapters/policy-store.js';
import type { StickyStore } from '../adapters/sticky-store.js';

/** Starts the stores with the application and stops them after its doors, when no decision can pin any more. */
export class PolicyLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly nats: NatsSource,
    private readonly policies: PolicyStore,
    private readonly sticky: StickyStore,
  ) {}

  async onModuleInit(): Promise<void> {
    this.sticky.start(this.nats);
    await this.policies.start(this.nats);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.policies.stop(), this.sticky.stop()]);
  }
}
