import type { ExecutionContext } from '@nestjs/common';

/** The metadata key of the decorator. */
export const PROTECTED_SUBJECT = Symbol('beamline:gateway:subject');

/** The subject that the decorator of a handler names, or else that of its class; `undefined`: the gateway's. */
export function protectedSubject(context: ExecutionContext): string | undefined {
  for (const target of [context.getHandler(), context.getClass()]) {
    const subject: unknown = Reflect.getMetadata(PROTECTED_SUBJECT, target);
    if (typeof subject === 'string') return subject;
  }
  return undefined;
}
