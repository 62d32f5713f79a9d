import { Module } from '@nestjs/common';
import { OverloadControl } from '../adapters/overload-control.js';
import { BackpressureLifecycle } from './backpressure-lifecycle.js';
import {
  type BackpressureModuleOptions,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
} from './backpressure.module-definition.js';

/**
 * Provides the {@link OverloadControl} of the application, to every module of it. Works without NATS: then this
 * process protects itself, and nobody else hears of it.
 */
@Module({
  providers: [
    {
      provide: OverloadControl,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: BackpressureModuleOptions) => new OverloadControl(options),
    },
    {
      provide: BackpressureLifecycle,
      inject: [OverloadControl],
      useFactory: (control: OverloadControl) => new BackpressureLifecycle(control),
    },
  ],
  exports: [OverloadControl],
})
export class BackpressureModule extends ConfigurableModuleClass {}
