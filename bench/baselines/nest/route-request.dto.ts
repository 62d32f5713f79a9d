import { Type } from 'class-transformer';
import {
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';

export class MessageDto {
  @IsString()
  @IsNotEmpty()
  message_id!: string;

  @IsString()
  @IsNotEmpty()
  tenant_id!: string;

  @IsOptional()
  @IsString()
  trace_id?: string;

  @IsString()
  message_type!: string;

  @IsOptional()
  payload?: Uint8Array;

  @IsOptional()
  @IsObject()
  metadata?: Record<string, string>;

  @IsOptional()
  @IsNumber()
  timestamp_ms?: number;
}

export class RouteRequestDto {
  @ValidateNested()
  @Type(() => MessageDto)
  message!: MessageDto;

  @IsOptional()
  @IsString()
  policy_id?: string;

  @IsOptional()
  @IsObject()
  context?: Record<string, string>;
}
