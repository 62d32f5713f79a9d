import { Type } from 'class-transformer';
import {
  Equals,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';

export class TaskDto {
  @IsString()
  @IsNotEmpty()
  type!: string;

  @IsOptional()
  @IsObject()
  payload?: Record<string, unknown>;

  @IsOptional()
  @IsString()
  payload_ref?: string;
}

export class ConstraintsDto {
  @IsOptional()
  @IsNumber()
  max_latency_ms?: number;

  @IsOptional()
  @IsNumber()
  max_cost?: number;
}

export class DecideRequestDto {
  @Equals('1')
  version!: string;

  @IsString()
  @IsNotEmpty()
  tenant_id!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  request_id!: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  trace_id?: string;

  @ValidateNested()
  @Type(() => TaskDto)
  task!: TaskDto;

  @IsOptional()
  @IsString()
  policy_id?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => ConstraintsDto)
  constraints?: ConstraintsDto;

  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown>;
}
