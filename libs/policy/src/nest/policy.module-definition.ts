import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { NatsSource } from '@beamline/jetstream';
import type { PolicyStoreOptions } from '../adapters/policy-store-options.js';
import type { StickyStoreOptions } from '../adapters/sticky-store-options.js';

/** What the policy module is made of. */
export interface PolicyModuleOptions {
  /** The link to NATS. Close it after the application's shutdown hooks: waiting pins are written in them. */
  readonly nats: NatsSource;
  /** Settings of the policy store. Default: those of the store. */
  readonly policies?: PolicyStoreOptions;
  /** Settings of the sticky store. Default: those of the store. */
  readonly sticky?: StickyStoreOptions;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<PolicyModuleOptions>({ moduleName: 'Policy' })
    .setClassMethodName('forRoot')
    .build();
