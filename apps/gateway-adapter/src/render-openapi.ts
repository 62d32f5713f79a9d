import { loadGatewayConfig } from '@beamline/config';
import { RequestReader } from '@beamline/gateway-adapter';
import { NatsLink, natsLinkOptionsOf } from '@beamline/jetstream';
import { ignoreEvents } from '@beamline/kernel';
import { Registry } from '@beamline/metrics';
import { Readiness } from '@beamline/service';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { createHttpAdapter } from './http/http-server.js';
import { OpenApiPage } from './openapi/openapi-page.js';

/** The OpenAPI document of a gateway that runs with the defaults, as docs/openapi.json holds it. Nothing listens or connects. */
export async function renderOpenApi(): Promise<string> {
  const config = loadGatewayConfig({});
  const reader = new RequestReader();
  const app = await NestFactory.create(
    AppModule.of({
      config,
      link: new NatsLink(natsLinkOptionsOf('openapi', config), ignoreEvents),
      registry: new Registry(),
      readiness: new Readiness([]),
      reader,
      observe: ignoreEvents,
      observeEdge: ignoreEvents,
      observeNats: ignoreEvents,
    }),
    createHttpAdapter(config, ignoreEvents, (headers, failure) => reader.refuse(headers, failure)),
    { logger: false, abortOnError: false },
  );
  const page = app.get(OpenApiPage);
  page.describe(app);
  const text = page.text();
  await app.close();
  return text;
}
