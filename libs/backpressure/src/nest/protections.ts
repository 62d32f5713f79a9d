import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ignoreEvents, wallClock } from '@beamline/kernel';
import type { Criticality } from '../core/index.js';
import { Protection } from './protection.js';
import { declaredProtection } from './protection-metadata.js';
import type { ProtectionModuleOptions } from './protection-options.js';
import { MODULE_OPTIONS_TOKEN } from './protection.module-definition.js';
import { type RequestRules, tenantInHeaders } from './request-of-call.js';

/** Knows how each handler is protected. It finds out once per handler; there are as many as the code has methods. */
@Injectable()
export class Protections {
  readonly #byHandler = new Map<object, Map<object, Protection | undefined>>();
  readonly #made = new Map<string, Protection>();

  constructor(@Inject(MODULE_OPTIONS_TOKEN) private readonly options: ProtectionModuleOptions) {}

  /** @returns `undefined` for a handler that is not protected. */
  of(context: ExecutionContext): Protection | undefined {
    const controller = context.getClass();
    const handler = context.getHandler();
    let known = this.#byHandler.get(handler);
    if (known === undefined) this.#byHandler.set(handler, (known = new Map()));
    // Controllers that inherit a method share it, and may carry different decorators.
    if (!known.has(controller)) known.set(controller, this.#find(context));
    return known.get(controller);
  }

  #find(context: ExecutionContext): Protection | undefined {
    const controller = context.getClass();
    const declared = declaredProtection(controller, context.getHandler());
    if (declared.kind === 'exempt') return undefined;
    if (declared.kind === 'protected') return this.#protect(declared.subject, declared.criticality);
    const subject = this.options.subjectOf?.({
      controller,
      method: context.getHandler().name,
      type: context.getType(),
    });
    return subject === undefined ? undefined : this.#protect(subject, 'default');
  }

  /** Handlers of one subject and class share what is encoded for it. */
  #protect(subject: string, criticality: Criticality): Protection {
    const key = `${criticality} ${subject}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const { gates, httpStatus = 429, domain = 'beamline.router', loadReport } = this.options;
    const made = new Protection(subject, {
      gate: gates(subject),
      rules: this.#rules(subject, criticality),
      httpStatus,
      domain,
      loadReport: loadReport ?? 'overloaded',
    });
    this.#made.set(key, made);
    return made;
  }

  #rules(subject: string, criticality: Criticality): RequestRules {
    const { mayRaise = nobody, tenantOf = tenantInHeaders, observe = ignoreEvents } = this.options;
    const onCapped = (): void => observe({ type: 'criticality-capped', subject });
    return { criticality, mayRaise, tenantOf, wall: wallClock, onCapped };
  }
}

function nobody(): boolean {
  return false;
}
