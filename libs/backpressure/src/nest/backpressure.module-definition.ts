import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { OverloadControlOptions } from '../adapters/overload-control-options.js';

/** What the backpressure module is made of: the options of the one {@link OverloadControl} of the application. */
export type BackpressureModuleOptions = OverloadControlOptions;

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<BackpressureModuleOptions>({ moduleName: 'Backpressure' })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({
      ...definition,
      global: isGlobal,
    }))
    .build();
