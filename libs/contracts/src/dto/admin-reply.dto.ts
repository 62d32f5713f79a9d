import { Allow, IsBoolean, IsIn, IsObject, IsOptional, IsString } from 'class-validator';

import { Nested, TextOf } from './rules.js';

/** Names a policy. */
export class PolicyReferenceDto {
  @TextOf(1, 255) readonly tenant_id!: string;
  @TextOf(1, 255) readonly policy_id!: string;
}

/** Asks what a policy would do with a payload. */
export class DryRunPipelineDto extends PolicyReferenceDto {
  @IsOptional() @Allow() readonly payload?: unknown;
}

/** Health of every extension, by its id. */
export class ExtensionHealthReplyDto {
  @IsObject() readonly health!: Readonly<Record<string, unknown>>;
}

/** State of every breaker, by the id of its extension. */
export class CircuitBreakerStatesReplyDto {
  @IsObject() readonly states!: Readonly<Record<string, unknown>>;
}

/** What a policy would do with a payload. */
export class DryRunPipelineReplyDto {
  @IsBoolean() readonly ok!: boolean;
  @IsObject() readonly result!: Readonly<Record<string, unknown>>;
}

/** What went wrong in an admin call. */
export class AdminErrorDto {
  @IsIn(['INVALID_ARGUMENT', 'POLICY_NOT_FOUND', 'PIPELINE_ERROR', 'INTERNAL_ERROR'])
  readonly code!: string;
  @IsString() readonly message!: string;
}

/** A failed admin call. */
export class AdminErrorReplyDto {
  @Nested(AdminErrorDto) readonly error!: AdminErrorDto;
}
