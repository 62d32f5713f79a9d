import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Hands request bodies over as they came, whatever their type: size, depth and encoding are checked before parsing. */
export function takeBodiesAsBytes(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
}
