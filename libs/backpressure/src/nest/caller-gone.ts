import { status } from '@grpc/grpc-js';
import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { IncomingCall } from './incoming-call.js';

/** Said by many proxies of a request whose caller has closed the connection. It is seen in their logs alone. */
const CLIENT_CLOSED_REQUEST = 499;
const MESSAGE = 'its caller has left; nothing was done';

/** How a request ends that nobody hears the end of. */
export function callerGone({ transport }: IncomingCall): Error {
  return transport === 'http'
    ? new HttpException(MESSAGE, CLIENT_CLOSED_REQUEST)
    : new RpcException({ code: status.CANCELLED, message: MESSAGE });
}
