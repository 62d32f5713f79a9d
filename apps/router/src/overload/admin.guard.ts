import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import { AdminAccess } from './admin-access.js';

/** The part of a request over HTTP that is needed here. */
interface AdminRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string };
}

/** Lets admin calls in over HTTP, by the one rule of {@link AdminAccess}. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly access: AdminAccess) {}

  /** @throws HttpException 401 without the right key, 403 where admin calls are not served. */
  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = context.switchToHttp().getRequest<AdminRequest>();
    const one = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === 'string' ? value : value?.[0];
    };
    const verdict = this.access.judge({
      apiKey: one('x-api-key'),
      authorization: one('authorization'),
      remoteAddress: socket.remoteAddress,
      host: one('host'),
    });
    if (verdict.ok) return true;
    const { error, message, status } = verdict;
    throw new HttpException({ success: false, error, message }, status);
  }
}
