import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { OverloadControl } from '../adapters/overload-control.js';

/** Starts overload control with the application and stops it after its doors, when nothing is admitted any more. */
export class BackpressureLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly control: OverloadControl) {}

  onModuleInit(): void {
    this.control.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.control.stop();
  }
}
