// The router as Nest's documentation would have it: built-in gRPC transport, ValidationPipe, metrics interceptor.
import 'reflect-metadata';
import { Controller, Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, type MicroserviceOptions, Payload, Transport } from '@nestjs/microservices';
import { createServer } from 'node:net';
import { LOADER_OPTIONS, PROTO_FILE } from '../../load/router-proto.js';
import { sayReady } from '../say-ready.js';
import { ChooseProviderService } from './choose-provider.service.js';
import { MetricsInterceptor } from './metrics.interceptor.js';
import { RouteRequestDto } from './route-request.dto.js';

@Controller()
class RouterController {
  constructor(private readonly service: ChooseProviderService) {}

  @GrpcMethod('Router', 'Decide')
  decide(@Payload() _request: RouteRequestDto): object {
    return this.service.decide();
  }
}

@Module({ controllers: [RouterController], providers: [ChooseProviderService] })
class AppModule {}

/** Nest's gRPC transport cannot say which port it took, so the port is chosen before. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      server.close(() => resolve(port));
    });
  });
}

const address = `127.0.0.1:${await freePort()}`;
const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  transport: Transport.GRPC,
  options: {
    url: address,
    package: 'beamline.flow.v1',
    protoPath: PROTO_FILE,
    loader: LOADER_OPTIONS,
  },
  logger: ['error', 'warn'],
});
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
app.useGlobalInterceptors(new MetricsInterceptor());
await app.listen();
sayReady({ address });
