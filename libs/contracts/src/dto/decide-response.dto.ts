import {
  Equals,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
} from 'class-validator';

import { ERRORS } from '../core/error-catalogue.js';
import { INTAKE_ERRORS } from '../core/intake-errors.js';
import { Nested } from './rules.js';

/** Which request an answer belongs to. */
export class ReplyContextDto {
  @IsString() readonly request_id!: string;
  @IsOptional() @IsString() readonly trace_id?: string;
  /** Only in answers over HTTP. */
  @IsOptional() @IsString() readonly tenant_id?: string;
}

/** Who serves the request, and why. */
export class WireDecisionDto {
  @IsString() readonly provider_id!: string;
  @IsInt() readonly priority!: number;
  /** Milliseconds. */
  @IsNumber() readonly expected_latency_ms!: number;
  @IsNumber() readonly expected_cost!: number;
  /** `sticky`, `weighted`, `retry`, `fallback` or `circuit_breaker_fallback`. */
  @IsString() readonly reason!: string;
  @IsOptional() @IsObject() readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A successful answer. */
export class DecideResponseDto {
  @IsBoolean() @Equals(true) readonly ok!: true;
  @Nested(WireDecisionDto) readonly decision!: WireDecisionDto;
  @Nested(ReplyContextDto) readonly context!: ReplyContextDto;
}

/** What went wrong. */
export class WireErrorDto {
  @IsIn(Object.keys(ERRORS)) readonly code!: string;
  @IsString() readonly message!: string;
  @IsObject() readonly details!: Readonly<Record<string, unknown>>;
  @IsOptional() @IsIn(Object.keys(INTAKE_ERRORS)) readonly intake_error_code?: string | null;
}

/** A failed answer. */
export class ErrorResponseDto {
  @IsBoolean() @Equals(false) readonly ok!: false;
  @Nested(WireErrorDto) readonly error!: WireErrorDto;
  @Nested(ReplyContextDto) readonly context!: ReplyContextDto;
}
