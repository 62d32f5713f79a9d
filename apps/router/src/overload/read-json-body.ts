import { HttpException } from '@nestjs/common';

/** Largest body of an admin call, in bytes. */
const MAX_BODY_BYTES = 65_536;

/** Reads the body of an admin call. @throws HttpException 400 when it is no JSON, 413 when it is too large. */
export function readJsonBody(body: Buffer | undefined): unknown {
  if (body !== undefined && body.length > MAX_BODY_BYTES) {
    throw failed(413, `the body must be at most ${MAX_BODY_BYTES} bytes (got ${body.length})`);
  }
  try {
    return JSON.parse(body?.toString() ?? '');
  } catch {
    throw failed(400, 'the body must be JSON');
  }
}

function failed(status: number, error: string): HttpException {
  return new HttpException({ success: false, error }, status);
}
