import type { RefusalLike } from '@beamline/contracts/core';
import { wholeMs } from '@beamline/contracts/core';

const TYPE_URL = 'type.googleapis.com/google.rpc.';
const RESOURCE_EXHAUSTED = 8;
const NANOS_PER_MS = 1e6;

/** Numbers of fields with their kind: a number, or bytes behind their length. */
const NUMBER_1 = 0x08;
const BYTES_1 = 0x0a;
const NUMBER_2 = 0x10;
const BYTES_2 = 0x12;
const BYTES_3 = 0x1a;

/**
 * The `google.rpc.Status` of a refusal, with `RetryInfo` and `ErrorInfo`, as the router's own refusals have it. Written by
 * hand: doors that know no gRPC refuse over it as well, and must not need protobufjs for that.
 */
export function statusDetails(refusal: RefusalLike, subject: string, message: string): Buffer {
  const { reason, criticality, effectiveStatus, retryable } = refusal;
  const retryAfterMs = wholeMs(refusal.retryAfterMs);
  const facts = {
    subject,
    criticality,
    reason,
    state: effectiveStatus,
    retryable: String(retryable),
    retry_after_ms: retryAfterMs,
  };
  return Buffer.concat([
    number(NUMBER_1, RESOURCE_EXHAUSTED),
    text(BYTES_2, message),
    ...(retryable ? [detail('RetryInfo', retryInfo(Number(retryAfterMs)))] : []),
    detail('ErrorInfo', errorInfo(facts)),
  ]);
}

function detail(name: string, message: Buffer): Buffer {
  const any = [text(BYTES_1, TYPE_URL + name), bytes(BYTES_2, message)];
  return bytes(BYTES_3, Buffer.concat(any));
}

function retryInfo(delayMs: number): Buffer {
  const seconds = number(NUMBER_1, Math.floor(delayMs / 1000));
  const nanos = number(NUMBER_2, (delayMs % 1000) * NANOS_PER_MS);
  return bytes(BYTES_1, Buffer.concat([seconds, nanos]));
}

function errorInfo(facts: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(facts).map(([key, value]) =>
    bytes(BYTES_3, Buffer.concat([text(BYTES_1, key), text(BYTES_2, value)])),
  );
  const who = [text(BYTES_1, 'SERVICE_OVERLOADED'), text(BYTES_2, 'beamline.gateway')];
  return Buffer.concat([...who, ...entries]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([number(field, value.length), value]);
}

function number(field: number, value: number): Buffer {
  return Buffer.from([field, ...varint(value)]);
}

/** Seven bits at a time, the lowest first. */
function varint(value: number): number[] {
  if (value < 0x80) return [value];
  return [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}
