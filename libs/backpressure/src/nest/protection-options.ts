import type { OverloadHttpStatus } from '@beamline/contracts/core';
import type { Observer } from '@beamline/kernel';
import type { OverloadEvent } from '../core/index.js';
import type { GateSource } from './admission-gate.js';
import type { IncomingCall } from './incoming-call.js';

/** When answers to admitted requests tell of the load. Refusals always do. */
export type LoadReportMode = 'always' | 'overloaded' | 'never';

/** A handler as {@link ProtectionModuleOptions.subjectOf} sees it. */
interface HandlerInQuestion {
  readonly controller: { readonly name: string };
  /** Name of the controller's method. */
  readonly method: string;
  /** Nest's name of the kind of transport: `http` or `rpc`. */
  readonly type: string;
}

/** Settings of the protection of handlers. */
export interface ProtectionModuleOptions {
  /** Who decides for each subject. */
  readonly gates: GateSource;
  /**
   * The subject of handlers that carry no `@Protected`, asked once per handler; `undefined`: not protected. Needs the
   * guard, the interceptor and the filter to be global (`everywhere`). Default: such handlers are not protected.
   */
  readonly subjectOf?: (handler: HandlerInQuestion) => string | undefined;
  /** Whether a caller may say that its request matters more than others. Default: nobody may. */
  readonly mayRaise?: (call: IncomingCall) => boolean;
  /** Whom fairness is kept for. Default: the header `tenant_id` or `x-tenant-id`. */
  readonly tenantOf?: (call: IncomingCall) => string | undefined;
  /** Status of refusals over HTTP. Default 429. */
  readonly httpStatus?: OverloadHttpStatus;
  /** Default `overloaded`: while admission sheds, and for callers that ask for it with `x-overload-report: 1`. */
  readonly loadReport?: LoadReportMode;
  /** Domain of the `ErrorInfo` over gRPC. Default `beamline.router`. */
  readonly domain?: string;
  /** Told of callers that asked for more than they may. Default: nobody. */
  readonly observe?: Observer<OverloadEvent>;
}
