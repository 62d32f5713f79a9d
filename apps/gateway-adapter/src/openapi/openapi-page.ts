import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SCHEMAS } from './schemas.js';

const ABOUT =
  'Decisions, messages and load of Beamline Router over HTTP. Errors have one shape, and always say to which request and trace they belong.';
/** Of the HTTP interface, not of the software. */
const VERSION = '1.0.0';

/** The OpenAPI document of an application; made when it is first asked for. */
export class OpenApiPage {
  #app: INestApplication | undefined;
  #text: string | undefined;

  /** The application whose routes it describes, once there is one. */
  describe(app: INestApplication): void {
    this.#app = app;
  }

  /** The document as JSON. @throws Error before there is an application. */
  text(): string {
    if (this.#app === undefined) throw new Error('there is no application to describe yet');
    this.#text ??= `${JSON.stringify(openApiDocument(this.#app), null, 2)}\n`;
    return this.#text;
  }
}

function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Beamline gateway-adapter')
    .setDescription(ABOUT)
    .setVersion(VERSION)
    .addApiKey({ type: 'apiKey', name: 'x-api-key', in: 'header' }, 'key')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  return {
    ...document,
    components: { ...document.components, schemas: { ...SCHEMAS } },
  } as unknown as OpenAPIObject;
}
