import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { ProtectionModuleOptions } from './protection-options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ProtectionModuleOptions>({ moduleName: 'Protection' })
    .setClassMethodName('forRoot')
    .setExtras({ everywhere: false }, (definition) => ({ ...definition, global: true }))
    .build();
