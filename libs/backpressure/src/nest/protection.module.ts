import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AdmissionGuard } from './admission.guard.js';
import { AdmissionInterceptor } from './admission.interceptor.js';
import { OverloadFilter } from './overload.filter.js';
import { PermitDesk } from './permit-desk.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  type OPTIONS_TYPE,
} from './protection.module-definition.js';
import { Protections } from './protections.js';

/** Guard, interceptor and filter for every handler of the application. */
const EVERYWHERE: readonly Provider[] = [
  { provide: APP_GUARD, useExisting: AdmissionGuard },
  { provide: APP_INTERCEPTOR, useExisting: AdmissionInterceptor },
  { provide: APP_FILTER, useExisting: OverloadFilter },
];

/**
 * Makes `@Protected` work, on HTTP, gRPC and messages alike. With `everywhere: true` guard, interceptor and filter are
 * global, and `subjectOf` protects handlers without a decorator as well; microservices of a hybrid application need
 * `inheritAppConfig` for that.
 */
@Module({
  providers: [Protections, PermitDesk, AdmissionGuard, AdmissionInterceptor, OverloadFilter],
  exports: [PermitDesk],
})
export class ProtectionModule extends ConfigurableModuleClass {
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return withEnhancers(super.forRoot(options), options.everywhere);
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return withEnhancers(super.forRootAsync(options), options.everywhere);
  }
}

function withEnhancers(module: DynamicModule, everywhere: boolean | undefined): DynamicModule {
  if (!everywhere) return module;
  return { ...module, providers: [...(module.providers ?? []), ...EVERYWHERE] };
}
