import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { Outcome } from '../core/index.js';

/** HTTP: request timeout, too many requests, unavailable, gateway timeout. */
const DROPPED_HTTP: ReadonlySet<unknown> = new Set([408, 429, 503, 504]);
/** gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const DROPPED_GRPC: ReadonlySet<unknown> = new Set([4, 8, 14]);

/**
 * What the failure of a handler says about capacity: timed out, or refused further on, is `dropped`; everything else
 * says nothing. A failure is never a `success`: fast failures would make a broken service look fast.
 */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof HttpException) {
    return DROPPED_HTTP.has(error.getStatus()) ? 'dropped' : 'ignored';
  }
  const told = error instanceof RpcException ? error.getError() : error;
  if (typeof told !== 'object' || told === null) return 'ignored';
  if ('name' in told && told.name === 'TimeoutError') return 'dropped';
  return 'code' in told && DROPPED_GRPC.has(told.code) ? 'dropped' : 'ignored';
}
