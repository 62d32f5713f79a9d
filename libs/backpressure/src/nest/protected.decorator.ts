import {
  applyDecorators,
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Criticality } from '../core/index.js';
import { AdmissionGuard } from './admission.guard.js';
import { AdmissionInterceptor } from './admission.interceptor.js';
import { OverloadFilter } from './overload.filter.js';
import { PROTECTED, UNPROTECTED } from './protection-metadata.js';

/** How a handler is protected. */
export interface ProtectedOptions {
  /** What requests count as that do not say how much they matter. Default `default`. */
  readonly criticality?: Criticality;
}

/**
 * Lets requests of a handler, or of all handlers of a controller, in only as far as `subject` can serve them; the others
 * are refused before their pipes run, in the way of their transport. Handlers of one subject share its capacity.
 * Needs {@link ProtectionModule}.
 */
export function Protected(
  subject: string,
  options: ProtectedOptions = {},
): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(PROTECTED, { subject, ...options }),
    UseGuards(AdmissionGuard),
    UseInterceptors(AdmissionInterceptor),
    UseFilters(OverloadFilter),
  );
}

/** Exempts a handler, or all handlers of a controller, whatever else protects them: for health, metrics, status, admin. */
export function Unprotected(): ClassDecorator & MethodDecorator {
  return SetMetadata(UNPROTECTED, true);
}
