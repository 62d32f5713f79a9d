// The gateway as Nest's documentation would have it: Fastify platform, ValidationPipe, metrics interceptor, ClientProxy to the router.
import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, Transport } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Observable } from 'rxjs';
import { required, sayReady } from '../say-ready.js';
import { DecideRequestDto } from './decide-request.dto.js';
import { MetricsInterceptor } from './metrics.interceptor.js';

const subject = required('SUBJECT');

@Controller('api/v1/routes')
class RoutesController {
  constructor(@Inject('ROUTER') private readonly router: ClientProxy) {}

  @Post('decide')
  @HttpCode(200)
  decide(@Body() request: DecideRequestDto): Observable<object> {
    return this.router.send<object>(subject, request);
  }
}

@Module({
  imports: [
    ClientsModule.register([
      {
        name: 'ROUTER',
        transport: Transport.NATS,
        options: { servers: [required('NATS_URL')] },
      },
    ]),
  ],
  controllers: [RoutesController],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
app.useGlobalInterceptors(new MetricsInterceptor());
await app.listen(0, '127.0.0.1');
sayReady({ host: '127.0.0.1', port: new URL(await app.getUrl()).port });
