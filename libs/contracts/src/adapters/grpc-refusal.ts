import { Metadata } from '@grpc/grpc-js';

import { GRPC_STATUS } from '../core/error-catalogue.js';
import { OVERLOAD_TRAILERS } from '../core/overload-headers.js';
import { RefusalWriter, wholeMs } from '../core/overload-refusal.js';
import type { RefusalLike } from '../core/refusal-like.js';
import { encodeLoadReport, type LoadReportLike } from './load-report.js';
import { StatusDetails } from './status-details.js';

/** How a refused call ends. */
export interface GrpcRefusal {
  readonly code: typeof GRPC_STATUS.resourceExhausted;
  readonly message: string;
  readonly details: string;
  readonly metadata: Metadata;
}

/** What a refusal over gRPC may tell besides. */
export interface GrpcRefusalFacts {
  readonly load?: LoadReportLike | undefined;
  /** Named in a `QuotaFailure` when the tenant's share was the reason. */
  readonly tenantId?: string | undefined;
}

/**
 * Puts refusals of one subject on gRPC: RESOURCE_EXHAUSTED with `RetryInfo`, `ErrorInfo`, `QuotaFailure`, the retry
 * pushback (-1: do not retry) and a load report.
 */
export class GrpcRefusalWriter {
  readonly #details: StatusDetails;

  constructor(
    private readonly writer: RefusalWriter,
    /** Domain of the `ErrorInfo`: the service that refuses. */
    domain: string = 'beamline.router',
  ) {
    this.#details = new StatusDetails(writer, domain);
  }

  status(refusal: RefusalLike, { load, tenantId }: GrpcRefusalFacts = {}): GrpcRefusal {
    const message = this.writer.message(refusal);
    const metadata = new Metadata();
    metadata.set(
      OVERLOAD_TRAILERS.pushbackMs,
      refusal.retryable ? wholeMs(refusal.retryAfterMs) : '-1',
    );
    metadata.set(OVERLOAD_TRAILERS.statusDetails, this.#details.encode(refusal, tenantId));
    if (load) metadata.set(OVERLOAD_TRAILERS.loadReport, encodeLoadReport(load));
    return { code: GRPC_STATUS.resourceExhausted, message, details: message, metadata };
  }
}
