import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { SCHEMAS } from './schemas.js';

const ABOUT =
  'Decisions, messages and load of Beamline Router over HTTP. Errors have one shape, and always say to which request and trace they belong.';
/** Of the HTTP interface, not of the software. */
const VERSION = '1.0.0';
/** Older names of health and metrics, the same as those without the underscore. */
const ALIAS = '/_';

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

function openApiDocument(app: INestApplication): object {
  const config = new DocumentBuilder()
    .setTitle('Beamline gateway-adapter')
    .setDescription(ABOUT)
    .setVersion(VERSION)
    .addApiKey({ type: 'apiKey', name: 'x-api-key', in: 'header' }, 'key')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, { autoTagControllers: false });
  const paths = Object.entries(document.paths).filter(([path]) => !path.startsWith(ALIAS));
  return {
    ...document,
    paths: Object.fromEntries(paths.map(([path, item]) => [path, named(path, item)])),
    components: { ...document.components, schemas: SCHEMAS },
  };
}

/** Routes of several paths have the name of their method for each: it is made of the path instead. */
function named(path: string, item: object): object {
  const operations = Object.entries(item).map(([method, operation]: [string, Operation]) => {
    const { operationId = '[' } = operation;
    const id = operationId.includes('[') ? idOf(method, path) : operationId;
    return [method, { ...operation, operationId: id }];
  });
  return Object.fromEntries(operations);
}

interface Operation {
  readonly operationId?: string;
}

function idOf(method: string, path: string): string {
  const words = path.split(/[^a-z0-9]+/i).filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
