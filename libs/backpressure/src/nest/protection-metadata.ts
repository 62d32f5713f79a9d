import { PATH_METADATA } from '@nestjs/common/constants.js';
import type { ExecutionContext, Type } from '@nestjs/common';
import { CRITICALITIES, type Criticality } from '../core/index.js';

/** Metadata keys of the decorators. */
export const PROTECTED = Symbol('beamline:protected');
export const UNPROTECTED = Symbol('beamline:unprotected');

/** First segments of paths that are never shed where no decorator says otherwise. */
const EXEMPT_PATHS: ReadonlySet<string> = new Set([
  'health',
  '_health',
  'healthz',
  'livez',
  'readyz',
  'metrics',
  '_metrics',
]);

/** A class, or a method of one, as it carries metadata. */
type Target = Type | ReturnType<ExecutionContext['getHandler']>;

/** What the decorators say of a handler. The method's word counts before that of its class. */
export type DeclaredProtection =
  | { readonly kind: 'exempt' | 'undeclared' }
  | { readonly kind: 'protected'; readonly subject: string; readonly criticality: Criticality };

/** Reads the decorators of a handler. */
export function declaredProtection(controller: Type, handler: Target): DeclaredProtection {
  for (const target of [handler, controller]) {
    if (Reflect.getMetadata(UNPROTECTED, target) === true) return { kind: 'exempt' };
    const declared: unknown = Reflect.getMetadata(PROTECTED, target);
    if (isDeclared(declared)) {
      const { subject, criticality = 'default' } = declared;
      return { kind: 'protected', subject, criticality };
    }
  }
  return { kind: isExemptPath(controller, handler) ? 'exempt' : 'undeclared' };
}

function isExemptPath(controller: Type, handler: Target): boolean {
  const path = `${pathOf(controller)}/${pathOf(handler)}`;
  const first = path.split('/').find((segment) => segment !== '');
  return first !== undefined && EXEMPT_PATHS.has(first);
}

/** The first path of a controller or a route; RPC handlers have none. */
function pathOf(target: Target): string {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, target);
  const first: unknown = Array.isArray(path) ? path[0] : path;
  return typeof first === 'string' ? first : '';
}

function isDeclared(
  value: unknown,
): value is { readonly subject: string; readonly criticality?: Criticality } {
  if (typeof value !== 'object' || value === null || !('subject' in value)) return false;
  if (typeof value.subject !== 'string') return false;
  return !('criticality' in value) || CRITICALITIES.some((each) => each === value.criticality);
}
