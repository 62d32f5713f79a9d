import {
  Allow,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Min,
} from 'class-validator';

import {
  CORRELATION_ID_PATTERN,
  MAX_ID_LENGTH,
  MAX_IDEMPOTENCY_KEY_LENGTH,
} from '../core/correlation.js';
import { SUBJECT_PATTERN } from '../core/subjects.js';
import { MAX_TENANT_ID_LENGTH } from '../core/tenant.js';
import type {
  WireConstraints,
  WireFlatRequest,
  WireMessage,
  WireMessageRequest,
  WireRoutingFields,
  WireTask,
  WireTaskRequest,
} from '../core/wire-request.js';
import { Nested, TextLike, TextOf } from './rules.js';

const MAX_POLICY_REFERENCE_LENGTH = 'policy:'.length + 255;
const CORRELATION_RULE = 'must be a UUID v4 or a ULID';

/** What the caller demands of the provider. */
export class DecideConstraintsDto implements WireConstraints {
  /** Milliseconds. */
  @IsOptional() @IsInt() @Min(0) readonly max_latency_ms?: number | null;
  @IsOptional() @IsNumber() @Min(0) readonly max_cost?: number | null;
}

/** Fields of every form of a decide request. `null` counts as absent. */
class RoutingFieldsDto implements WireRoutingFields {
  /** Only `"1"`; may also come as header or in the subject. */
  @IsOptional() @IsString() readonly version?: string | null;
  @TextOf(1, MAX_TENANT_ID_LENGTH) readonly tenant_id!: string;
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly trace_id?: string | null;
  /** Default `default`; may carry the prefix `policy:`. */
  @IsOptional() @TextOf(0, MAX_POLICY_REFERENCE_LENGTH) readonly policy_id?: string | null;
  @IsOptional() @TextOf(1, MAX_IDEMPOTENCY_KEY_LENGTH) readonly idempotency_key?: string | null;
  @IsOptional()
  @Nested(DecideConstraintsDto)
  readonly constraints?: DecideConstraintsDto | null;
  @IsOptional() @IsObject() readonly metadata?: Readonly<Record<string, unknown>> | null;
  @IsOptional() @IsObject() readonly context?: Readonly<Record<string, unknown>> | null;
  /** Overrides of the assignment's options. */
  @IsOptional() @IsObject() readonly options?: Readonly<Record<string, unknown>> | null;
  /** Set by `true`, `"true"` and `1`. */
  @IsOptional() @Allow() readonly push_assignment?: unknown;
  @IsOptional()
  @TextLike(SUBJECT_PATTERN, 'must be a subject without wildcards')
  readonly assignment_subject?: string | null;
  /** Set by `true`, `"true"` and `1`: decide and explain, change nothing. */
  @IsOptional() @Allow() readonly dry_run?: unknown;
}

/** The work to be routed. */
export class DecideTaskDto implements WireTask {
  @IsString() @IsNotEmpty() readonly type!: string;
  @IsOptional() @IsObject() readonly payload?: Readonly<Record<string, unknown>> | null;
  @IsOptional() @IsString() readonly payload_ref?: string | null;
}

/** `task` form, contracts 3.1. */
export class DecideRequestDto extends RoutingFieldsDto implements WireTaskRequest {
  @TextOf(1, MAX_ID_LENGTH) readonly request_id!: string;
  @Nested(DecideTaskDto) readonly task!: DecideTaskDto;
  @IsOptional()
  @TextLike(CORRELATION_ID_PATTERN, CORRELATION_RULE)
  readonly run_id?: string | null;
  @IsOptional()
  @TextLike(CORRELATION_ID_PATTERN, CORRELATION_RULE)
  readonly flow_id?: string | null;
  @IsOptional()
  @TextLike(CORRELATION_ID_PATTERN, CORRELATION_RULE)
  readonly step_id?: string | null;
}

/** Fields that the free forms take without demanding a format. */
class FreeRoutingFieldsDto extends RoutingFieldsDto {
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly request_id?: string | null;
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly run_id?: string | null;
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly flow_id?: string | null;
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly step_id?: string | null;
}

/** The message inside the `message` form. */
export class RoutedMessageDto implements WireMessage {
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly message_id?: string | null;
  /** Type of the task. */
  @IsOptional() @IsString() readonly message_type?: string | null;
  @IsOptional() @TextOf(0, MAX_TENANT_ID_LENGTH) readonly tenant_id?: string | null;
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly trace_id?: string | null;
  @IsOptional() @Allow() readonly payload?: unknown;
  @IsOptional() @IsObject() readonly metadata?: Readonly<Record<string, unknown>> | null;
}

/** `message` form: request/reply only. */
export class MessageRequestDto extends FreeRoutingFieldsDto implements WireMessageRequest {
  @Nested(RoutedMessageDto) readonly message!: RoutedMessageDto;
}

/** Flat form: request/reply only. */
export class FlatRequestDto extends FreeRoutingFieldsDto implements WireFlatRequest {
  @IsOptional() @TextOf(0, MAX_ID_LENGTH) readonly message_id?: string | null;
  @IsOptional() @IsString() readonly message_type?: string | null;
  @IsOptional() @Allow() readonly payload?: unknown;
}
