import { IsIn, IsInt, IsNumber, IsObject, IsOptional, IsString, Min } from 'class-validator';

import { MAX_ID_LENGTH } from '../core/correlation.js';
import { MAX_TENANT_ID_LENGTH } from '../core/tenant.js';
import { DecideTaskDto } from './decide-request.dto.js';
import { WireDecisionDto } from './decide-response.dto.js';
import { Nested, TextOf } from './rules.js';

/** Who executes the job. */
export class ExecutorDto {
  @TextOf(1, 128) readonly provider_id!: string;
  @IsIn(['nats']) readonly channel!: string;
  @IsOptional() @IsString() readonly endpoint?: string;
}

/** How often a worker may try. */
export class AssignmentRetryDto {
  @IsInt() @Min(0) readonly max_attempts!: number;
  /** Milliseconds. */
  @IsInt() @Min(0) readonly backoff_ms!: number;
}

/** How the job is to be executed. */
export class AssignmentOptionsDto {
  @IsInt() readonly priority!: number;
  /** Milliseconds from now. */
  @IsInt() @Min(0) readonly deadline_ms!: number;
  @Nested(AssignmentRetryDto) readonly retry!: AssignmentRetryDto;
}

/** The trace an assignment belongs to. */
export class AssignmentCorrelationDto {
  @IsOptional() @IsString() readonly trace_id?: string;
}

/** Router to worker: do this. */
export class ExecAssignmentDto {
  @IsIn(['1']) readonly version!: string;
  @TextOf(1, MAX_ID_LENGTH) readonly assignment_id!: string;
  @TextOf(1, MAX_ID_LENGTH) readonly request_id!: string;
  @Nested(ExecutorDto) readonly executor!: ExecutorDto;
  @Nested(DecideTaskDto) readonly job!: DecideTaskDto;
  @Nested(AssignmentOptionsDto) readonly options!: AssignmentOptionsDto;
  @Nested(AssignmentCorrelationDto) readonly correlation!: AssignmentCorrelationDto;
  @Nested(WireDecisionDto) readonly decision!: WireDecisionDto;
  @IsOptional() @IsObject() readonly metadata?: Readonly<Record<string, unknown>>;
  @IsOptional() @TextOf(1, MAX_TENANT_ID_LENGTH) readonly tenant_id?: string;
  @IsOptional() @IsString() readonly trace_id?: string;
  @IsOptional() @IsString() readonly run_id?: string;
  @IsOptional() @IsString() readonly flow_id?: string;
  @IsOptional() @IsString() readonly step_id?: string;
}

/** Worker to router: taken, or not. */
export class ExecAssignmentAckDto {
  @TextOf(1, MAX_ID_LENGTH) readonly assignment_id!: string;
  @IsOptional() @IsString() readonly request_id?: string;
  @IsIn(['accepted', 'rejected', 'error']) readonly status!: string;
  @IsOptional() @IsString() readonly message?: string;
  @IsOptional() @IsString() readonly trace_id?: string;
  @IsOptional() @IsString() readonly tenant_id?: string;
  /** Unix time in milliseconds. */
  @IsOptional() @IsInt() readonly acknowledged_at?: number;
}

/** What kind of job was done. */
export class ResultJobDto {
  @IsOptional() @IsString() readonly type?: string;
  @IsOptional() @IsObject() readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Worker to router: the outcome. One of `assignment_id` and `request_id` must be there. */
export class ExecResultDto {
  @IsOptional() @IsString() readonly assignment_id?: string;
  @IsOptional() @IsString() readonly request_id?: string;
  @IsIn(['success', 'error', 'timeout', 'cancelled']) readonly status!: string;
  @IsOptional() @IsString() readonly provider_id?: string;
  @IsOptional() @Nested(ResultJobDto) readonly job?: ResultJobDto;
  /** Milliseconds. */
  @IsOptional() @IsInt() readonly latency_ms?: number;
  @IsOptional() @IsNumber() readonly cost?: number;
  @IsOptional() @IsString() readonly trace_id?: string;
  @IsOptional() @IsString() readonly tenant_id?: string;
  /** Unix time in milliseconds. */
  @IsOptional() @IsInt() readonly timestamp?: number;
  @IsOptional() @IsString() readonly error_code?: string;
  @IsOptional() @IsString() readonly error_message?: string;
}

/** Router to billing: what a job cost. */
export class UsageEventDto {
  @IsIn(['1']) readonly version!: string;
  @IsString() readonly tenant_id!: string;
  @IsOptional() @IsString() readonly provider_id?: string;
  /** Type of the job. */
  @IsOptional() @IsString() readonly event_type?: string;
  /** Milliseconds. */
  @IsOptional() @IsInt() readonly latency_ms?: number;
  @IsOptional() @IsNumber() readonly cost?: number;
  @IsIn(['success', 'error', 'timeout', 'cancelled']) readonly status!: string;
  @IsOptional() @IsString() readonly trace_id?: string;
  /** Unix time in milliseconds. */
  @IsInt() readonly timestamp!: number;
  @IsOptional() @IsString() readonly assignment_id?: string;
  @IsOptional() @IsString() readonly request_id?: string;
}
