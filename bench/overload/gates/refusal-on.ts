import { type ExecutionContext, HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';

const RESOURCE_EXHAUSTED = 8;

const isGrpc = (context: ExecutionContext): boolean => {
  const metadata: unknown = context.getArgByIndex(1);
  return typeof metadata === 'object' && metadata !== null && 'getMap' in metadata;
};

/** What a peer without an exception of its own for a transport throws there. @param retryAfterMs `undefined`: not told. */
export function refusalOn(context: ExecutionContext, retryAfterMs?: number): Error {
  const hint = retryAfterMs === undefined ? {} : { retry_after_ms: Math.ceil(retryAfterMs) };
  if (context.getType() === 'http') return new HttpException({ refused: true, ...hint }, 503);
  if (isGrpc(context)) return new RpcException({ code: RESOURCE_EXHAUSTED, message: 'refused' });
  return new RpcException({ refused: true, ...hint });
}
