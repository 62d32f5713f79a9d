import { encodeLoadReport, type LoadReportLike } from '@beamline/contracts';
import { OVERLOAD_TRAILERS } from '@beamline/contracts/core';
import {
  Metadata,
  type ServerInterceptingCallInterface,
  ServerInterceptingCall,
} from '@grpc/grpc-js';

const reports = new WeakMap<object, () => LoadReportLike | undefined>();

/** Has {@link loadReportTrailers} end a call with a load report, made when the call ends. @param key Its metadata. */
export function attachTrailers(key: object, report: () => LoadReportLike | undefined): void {
  reports.set(key, report);
}

/**
 * Sends load reports in gRPC's trailers, which Nest gives handlers no way to: goes into `channelOptions.interceptors` of
 * a microservice with `Transport.GRPC`. (gRPC's own `grpc.server_call_metric_recording` reads its proto file from disk
 * with every call.)
 */
export function loadReportTrailers(
  _method: unknown,
  call: ServerInterceptingCallInterface,
): ServerInterceptingCall {
  let received: Metadata | undefined;
  return new ServerInterceptingCall(call, {
    start: (next) => {
      next({
        onReceiveMetadata: (metadata, pass) => {
          received = metadata;
          pass(metadata);
        },
      });
    },
    sendStatus: (status, next) => {
      const report = received && reports.get(received)?.();
      if (report === undefined) return next(status);
      const metadata = status.metadata ?? new Metadata();
      metadata.set(OVERLOAD_TRAILERS.loadReport, encodeLoadReport(report));
      next({ ...status, metadata });
    },
  });
}
