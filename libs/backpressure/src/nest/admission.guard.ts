import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { PermitDesk } from './permit-desk.js';

/** Refuses requests that cannot be served, before anything of them is read but their headers. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(private readonly desk: PermitDesk) {}

  /** @throws OverloadException when the request is refused. */
  canActivate(context: ExecutionContext): boolean {
    this.desk.leave(context);
    return true;
  }
}
