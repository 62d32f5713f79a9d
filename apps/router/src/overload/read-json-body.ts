import { HttpException } from '@nestjs/common';
import { readJson } from '@beamline/contracts/core';

/** Largest body of an admin call, in bytes. */
const MAX_BODY_BYTES = 65_536;

/** Reads the body of an admin call. @throws HttpException 400 when it is no JSON, 413 when it is too large. */
export function readJsonBody(body: Uint8Array = new Uint8Array()): unknown {
  const read = readJson(body, MAX_BODY_BYTES);
  if (read.ok) return read.value;
  const message = `the body cannot be read: ${read.problem}`;
  const status = body.length > MAX_BODY_BYTES ? 413 : 400;
  throw new HttpException({ success: false, error: 'invalid_arguments', message }, status);
}
