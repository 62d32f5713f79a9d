import type { ExecutionContext } from '@nestjs/common';
import { type DiscoveryService, MetadataScanner } from '@nestjs/core';

/** The metadata key of the decorator. */
export const PROTECTED_SUBJECT = Symbol('beamline:gateway:subject');

/** The subject that the decorator of a handler names, or else that of its class; `undefined`: the gateway's. */
export function protectedSubject(context: ExecutionContext): string | undefined {
  return subjectOf(context.getHandler()) ?? subjectOf(context.getClass());
}

/** The subjects that the decorators of an application's controllers and handlers name. */
export function protectedSubjects(
  discovery: Pick<DiscoveryService, 'getControllers'>,
): ReadonlySet<string> {
  const scanner = new MetadataScanner();
  const subjects = new Set<string>();
  for (const { metatype } of discovery.getControllers()) {
    if (typeof metatype !== 'function') continue;
    const prototype: Readonly<Record<string, unknown>> = metatype.prototype;
    const handlers = scanner.getAllMethodNames(prototype).map((name) => prototype[name]);
    for (const target of [metatype, ...handlers]) {
      const subject = typeof target === 'function' ? subjectOf(target) : undefined;
      if (subject !== undefined) subjects.add(subject);
    }
  }
  return subjects;
}

function subjectOf(target: object): string | undefined {
  const subject: unknown = Reflect.getMetadata(PROTECTED_SUBJECT, target);
  return typeof subject === 'string' ? subject : undefined;
}
