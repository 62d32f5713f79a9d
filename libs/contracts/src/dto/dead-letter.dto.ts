import { IsIn, IsInt, IsObject, IsOptional, IsString } from 'class-validator';

import { INTAKE_ERRORS } from '../core/intake-errors.js';
import { Nested, TextLike } from './rules.js';

/** Why the intake refused a message. */
export class DeadLetterValidationErrorDto {
  @IsIn(Object.keys(INTAKE_ERRORS)) readonly code!: string;
  @IsString() readonly message!: string;
  @IsIn(['error', 'warn']) readonly severity!: string;
}

/** A message that the intake refused. */
export class IntakeDeadLetterDto {
  @IsString() readonly original_subject!: string;
  /** SHA-256 of the raw payload. */
  @TextLike(/^[0-9a-f]{64}$/, 'must be 64 hex digits') readonly original_payload_hash!: string;
  @Nested(DeadLetterValidationErrorDto) readonly validation_error!: DeadLetterValidationErrorDto;
  /** What is known of the request, without personal data. */
  @IsObject() readonly context!: Readonly<Record<string, unknown>>;
  /** Unix time in milliseconds. */
  @IsInt() readonly received_at!: number;
  @IsString() readonly router_node_id!: string;
}

/** A message that was delivered too often. */
export class MaxDeliverDeadLetterDto {
  @IsString() readonly original_subject!: string;
  @IsString() readonly msg_id!: string;
  @IsString() readonly reason!: string;
  @IsIn(['MAXDELIVER_EXHAUSTED', 'VALIDATION_FAILED', 'PROCESSING_ERROR'])
  readonly error_code!: string;
  /** Unix time in milliseconds. */
  @IsInt() readonly timestamp!: number;
  @IsOptional() @IsString() readonly trace_id?: string;
  @IsOptional() @IsString() readonly tenant_id?: string;
  /** The whole payload, when the configuration allows it. */
  @IsOptional() @IsString() readonly message?: string;
}
