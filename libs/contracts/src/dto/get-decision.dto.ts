import { IsOptional } from 'class-validator';

import { MAX_ID_LENGTH } from '../core/correlation.js';
import { MAX_TENANT_ID_LENGTH } from '../core/tenant.js';
import { TextOf } from './rules.js';

/** Asks for a recorded decision. */
export class GetDecisionDto {
  /** Request id or message id of the decided request. */
  @TextOf(1, MAX_ID_LENGTH) readonly message_id!: string;
  @IsOptional() @TextOf(0, MAX_TENANT_ID_LENGTH) readonly tenant_id?: string | null;
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly trace_id?: string | null;
}
