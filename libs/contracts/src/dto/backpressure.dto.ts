import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, Min } from 'class-validator';

import { Nested, TextOf } from './rules.js';

const MAX_SUBJECT_LENGTH = 1023;
const STATUSES = ['active', 'warning', 'inactive', 'unknown'];

/** Asks for the status of a subject. */
export class BackpressureQueryDto {
  @TextOf(1, MAX_SUBJECT_LENGTH) readonly subject!: string;
}

/** Load of a subject. */
export class BackpressureMetricsDto {
  @IsInt() @Min(0) readonly pending_messages!: number;
  /** Milliseconds. */
  @IsNumber() @Min(0) readonly latency_p95_ms!: number;
  @IsInt() @Min(0) readonly inflight_messages!: number;
}

/** From where on a subject is overloaded. */
export class BackpressureThresholdsDto {
  @IsInt() readonly queue_overload!: number;
  /** Milliseconds. */
  @IsInt() readonly latency_overload_ms!: number;
  @IsInt() readonly inflight_overload!: number;
}

/** What callers shall do about it. */
export class BackpressurePolicyDto {
  @IsInt() @Min(0) readonly retry_after_seconds!: number;
  @IsInt() @Min(0) readonly max_retry_attempts!: number;
}

/** Status of a subject. With `unknown`, only `error` says more. */
export class BackpressureStatusDto {
  @IsString() readonly subject!: string;
  @IsIn(STATUSES) readonly status!: string;
  @IsOptional() @Nested(BackpressureMetricsDto) readonly metrics?: BackpressureMetricsDto;
  @IsOptional() @Nested(BackpressureThresholdsDto) readonly thresholds?: BackpressureThresholdsDto;
  @IsOptional() @Nested(BackpressurePolicyDto) readonly policy?: BackpressurePolicyDto;
  /** Unix time in milliseconds. */
  @IsInt() readonly timestamp!: number;
  @IsOptional() @IsString() readonly error?: string;
}

/** Answer to a query. `data` with success, `error` without. */
export class BackpressureReplyDto {
  @IsBoolean() readonly success!: boolean;
  @IsOptional() @Nested(BackpressureStatusDto) readonly data?: BackpressureStatusDto;
  @IsOptional() @IsString() readonly error?: string;
}

/** Router to gateway: the status of a subject has changed. */
export class GatewayNotificationDto {
  @IsIn(['backpressure_status']) readonly type!: string;
  @IsIn(STATUSES) readonly status!: string;
  @IsString() readonly subject!: string;
  @IsOptional() @Nested(BackpressureMetricsDto) readonly metrics?: BackpressureMetricsDto;
  /** Unix time in milliseconds. */
  @IsInt() readonly timestamp!: number;
  @IsInt() @Min(0) readonly retry_after_seconds!: number;
}
