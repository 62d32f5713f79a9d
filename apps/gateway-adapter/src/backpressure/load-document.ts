import type { GatewayConfig } from '@beamline/config';
import type { Gateway } from '@beamline/gateway-adapter';

type View = ReturnType<Gateway['view']>;

/** How the gateway spares the router. */
export type AdmissionMode = GatewayConfig['gatewayAdmissionMode'];
/** Where Nest finds it. */
export const ADMISSION_MODE = Symbol('ADMISSION_MODE');

/** What the gateway knows of a subject's load and does about it, as callers read it. `router` is what the router says itself, now. */
export function loadDocument(
  subject: string,
  view: Omit<View, 'mode'> & { readonly mode: AdmissionMode },
  router: Readonly<Record<string, unknown>> | undefined,
): object {
  return {
    subject,
    status: view.status,
    effective_status: view.effectiveStatus,
    gateway: {
      mode: view.mode,
      source: view.source ?? null,
      believed_for_ms: Math.round(view.believedForMs),
      pushes_lost: view.pushesLost,
      credit: view.routerCredit ?? null,
      limit_per_second: view.limitPerSecond ?? null,
      throttled: view.throttled,
      breaker: view.breaker,
      epoch: view.epoch ?? null,
      seq: view.seq ?? null,
    },
    router: router ?? null,
  };
}
