import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Min,
} from 'class-validator';

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

/** A signal above its threshold. */
export class OverloadCauseDto {
  @IsString() readonly signal!: string;
  @IsNumber() readonly value!: number;
  @IsNumber() readonly threshold!: number;
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
  /** The worse of the status and what admission does. */
  @IsOptional() @IsIn(STATUSES) readonly effective_status?: string;
  /** Where each signal comes from. */
  @IsOptional() @IsObject() readonly sources?: Readonly<Record<string, unknown>>;
  @IsOptional()
  @IsArray()
  @Nested(OverloadCauseDto, { each: true })
  readonly causes?: readonly OverloadCauseDto[];
  @IsOptional() @IsInt() @Min(0) readonly ack_pending_messages?: number;
  /** Milliseconds. */
  @IsOptional() @IsNumber() @Min(0) readonly predicted_wait_ms?: number;
  /** 0 to 1. */
  @IsOptional() @IsNumber() @Min(0) readonly shed_ratio?: number;
  /** What admission of the answering replica knows and does. */
  @IsOptional() @IsObject() readonly admission?: Readonly<Record<string, unknown>>;
  @IsOptional() @IsArray() readonly replicas?: readonly string[];
  @IsOptional() @IsString() readonly leader?: string;
  /** Unix time in milliseconds. */
  @IsOptional() @IsInt() readonly since?: number;
}

/** Answer to a query. `data` with success, `error` without. */
export class BackpressureReplyDto {
  @IsBoolean() readonly success!: boolean;
  @IsOptional() @Nested(BackpressureStatusDto) readonly data?: BackpressureStatusDto;
  @IsOptional() @IsString() readonly error?: string;
}

/** Router to gateway: how loaded a subject is. */
export class GatewayNotificationDto {
  @IsIn(['backpressure_status']) readonly type!: string;
  @IsIn(STATUSES) readonly status!: string;
  @IsString() readonly subject!: string;
  @IsOptional() @Nested(BackpressureMetricsDto) readonly metrics?: BackpressureMetricsDto;
  /** Unix time in milliseconds. */
  @IsInt() readonly timestamp!: number;
  @IsInt() @Min(0) readonly retry_after_seconds!: number;
  /** The worse of the status and what admission does. */
  @IsOptional() @IsIn(STATUSES) readonly effective_status?: string;
  /** The lead under which it was published: a greater one is newer. */
  @IsOptional() @IsInt() @Min(0) readonly epoch?: number;
  /** Counts within an epoch: a greater one is newer. */
  @IsOptional() @IsInt() @Min(1) readonly seq?: number;
  /** For how long it may be believed, in milliseconds from its arrival. */
  @IsOptional() @IsInt() @Min(1) readonly ttl_ms?: number;
  /** Requests per second that the router takes now; absent or `null`: it refuses nothing. */
  @IsOptional() @IsNumber() @Min(0) readonly credit?: number;
}

/** An alert, once when it begins and once when it ends. */
export class AlertDto {
  @IsString() readonly alert_name!: string;
  @IsIn(['critical', 'warning', 'info']) readonly severity!: string;
  @IsIn(['raised', 'resolved']) readonly state!: string;
  @IsString() readonly message!: string;
  @IsObject() readonly labels!: Readonly<Record<string, unknown>>;
  /** Unix time in milliseconds. */
  @IsInt() readonly timestamp!: number;
}
