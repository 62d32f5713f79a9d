// The router as Nest's documentation would have it: built-in NATS transport, ValidationPipe, metrics interceptor. With RAW=true it
// speaks plain JSON through Nest's (de)serializer options, else Nest's own packets.
import 'reflect-metadata';
import { Controller, Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { required, sayReady } from '../say-ready.js';
import { ChooseProviderService } from './choose-provider.service.js';
import { DecideRequestDto } from './decide-request.dto.js';
import { MetricsInterceptor } from './metrics.interceptor.js';
import { RawJsonDeserializer, RawJsonSerializer } from './raw-json.codec.js';

const subject = required('SUBJECT');

@Controller()
class DecideController {
  constructor(private readonly service: ChooseProviderService) {}

  @MessagePattern(subject)
  decide(@Payload() request: DecideRequestDto): object {
    return {
      ok: true,
      decision: this.service.decide(),
      context: { request_id: request.request_id, trace_id: request.trace_id },
    };
  }
}

@Module({ controllers: [DecideController], providers: [ChooseProviderService] })
class AppModule {}

const codec =
  process.env['RAW'] === 'true'
    ? { deserializer: new RawJsonDeserializer(), serializer: new RawJsonSerializer() }
    : {};
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  transport: Transport.NATS,
  options: { servers: [required('NATS_URL')], queue: 'bench', ...codec },
  logger: ['error', 'warn'],
});
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
app.useGlobalInterceptors(new MetricsInterceptor());
await app.listen();
sayReady({ subject });
