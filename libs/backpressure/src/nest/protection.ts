import { GrpcRefusalWriter, type LoadReportLike } from '@beamline/contracts';
import {
  OVERLOAD_HEADERS,
  type OverloadHttpStatus,
  RefusalWriter,
  wholeMs,
} from '@beamline/contracts/core';
import { type AdmissionView, loadFigures } from '../core/index.js';
import type { AdmissionGate, LoadSource } from './admission-gate.js';
import type { IncomingCall } from './incoming-call.js';
import type { LoadReportMode } from './protection-options.js';
import type { RequestRules } from './request-of-call.js';

const NOTHING_OFFERED = { offered: 0, refused: 0 };

/** What a {@link Protection} is made of. */
export interface ProtectionParts {
  readonly gate: AdmissionGate;
  readonly rules: RequestRules;
  readonly httpStatus: OverloadHttpStatus;
  readonly domain: string;
  readonly loadReport: LoadReportMode;
}

/** How the handlers of one subject are protected. */
export class Protection {
  readonly gate: AdmissionGate;
  readonly rules: RequestRules;
  readonly writer: RefusalWriter;
  readonly grpcWriter: GrpcRefusalWriter;

  constructor(
    readonly subject: string,
    private readonly parts: ProtectionParts,
  ) {
    this.gate = parts.gate;
    this.rules = parts.rules;
    this.writer = new RefusalWriter(subject, parts.httpStatus);
    this.grpcWriter = new GrpcRefusalWriter(this.writer, parts.domain);
  }

  /** What the answer to an admitted request tells of the load; `undefined`: nothing. */
  reportFor(call: IncomingCall): LoadReport | undefined {
    const { admission } = this.gate;
    if (admission === undefined || this.parts.loadReport === 'never') return undefined;
    const view = admission.view();
    const isDue =
      this.parts.loadReport === 'always' ||
      view.effectiveStatus !== 'inactive' ||
      call.header(OVERLOAD_HEADERS.wantsReport) === '1';
    return isDue ? new LoadReport(view, admission) : undefined;
  }

  /** What a refusal over gRPC tells of the load. */
  load(): LoadReportLike | undefined {
    const { admission } = this.gate;
    return admission && new LoadReport(admission.view(), admission).orca();
  }
}

/** The load of a subject at one moment, in every form the wire has for it. */
export class LoadReport {
  constructor(
    private readonly view: AdmissionView,
    private readonly source: LoadSource,
  ) {}

  /** For HTTP and NATS. */
  headers(): Record<string, string> {
    return {
      [OVERLOAD_HEADERS.state]: this.view.effectiveStatus,
      [OVERLOAD_HEADERS.waitMs]: wholeMs(this.view.predictedWaitMs),
    };
  }

  /** For gRPC. */
  orca(): LoadReportLike {
    return loadFigures(this.view, this.source.recentLoad?.() ?? NOTHING_OFFERED);
  }
}
