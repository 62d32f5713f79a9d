import type { ExecutionContext } from '@nestjs/common';
import type { Reply } from '@beamline/jetstream';
import { grpcCallOf } from './incoming-call.js';
import { attachHeaders } from './overload-serializer.js';
import { attachTrailers } from './load-report-trailers.js';
import { responseOf } from './http-response.js';
import type { LoadReport } from './protection.js';
import type { Ticket } from './ticket.js';

/** Tells the caller of the load where that has to happen before the answer: in the headers of HTTP, in gRPC's trailers. */
export function announceLoad(context: ExecutionContext, { protection, call }: Ticket): void {
  if (call.transport === 'grpc') {
    const metadata = grpcCallOf(context.getArgs())?.metadata;
    if (metadata) attachTrailers(metadata, () => protection.reportFor(call)?.orca());
    return;
  }
  if (call.transport !== 'http') return;
  const report = protection.reportFor(call);
  if (report === undefined) return;
  const response = responseOf(context);
  for (const [name, value] of Object.entries(report.headers())) response?.header(name, value);
}

/** Tells the caller of the load where that is done with the answer: over NATS. */
export function withLoad({ protection, call }: Ticket, answer: unknown): unknown {
  if (call.transport !== 'nats' && call.transport !== 'request-reply') return answer;
  const report = protection.reportFor(call);
  if (report === undefined) return answer;
  if (call.transport === 'request-reply')
    return isReply(answer) ? replyWith(answer, report) : answer;
  attachHeaders(answer, report.headers());
  return answer;
}

function isReply(value: unknown): value is Reply {
  if (typeof value === 'string' || value instanceof Uint8Array) return true;
  return typeof value === 'object' && value !== null && 'body' in value && 'headers' in value;
}

function replyWith(reply: Reply, report: LoadReport): Reply {
  if (typeof reply === 'string' || reply instanceof Uint8Array) {
    return { body: reply, headers: report.headers() };
  }
  return { body: reply.body, headers: { ...reply.headers, ...report.headers() } };
}
