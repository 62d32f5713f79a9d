import { join } from 'node:path';

import { loadSync, type Options, type PackageDefinition } from '@grpc/proto-loader';

import type { RouteDecision } from '../generated/beamline/flow/v1/RouteDecision.js';
import type { RouteDecision__Output } from '../generated/beamline/flow/v1/RouteDecision.js';
import type { RouteRequest } from '../generated/beamline/flow/v1/RouteRequest.js';
import type { RouteRequest__Output } from '../generated/beamline/flow/v1/RouteRequest.js';
import { protoRoot } from './proto-root.js';

/** Package of the gRPC services. */
export const PROTO_PACKAGE = 'beamline.flow.v1';

/** Absolute path of the proto file with the gRPC services. */
export const PROTO_PATH: string = join(protoRoot(), 'beamline', 'flow', 'v1', 'flow.proto');

/** How messages look in JavaScript: names as on the wire, 64-bit integers as numbers, absent fields as defaults. */
export const PROTO_LOADER_OPTIONS = {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
} as const satisfies Options;

const definition: PackageDefinition = loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS);
const decideMethod = methodOf(`${PROTO_PACKAGE}.Router`, 'Decide');

function methodOf(serviceName: string, methodName: string) {
  const service = definition[serviceName];
  const method = service && !('format' in service) ? service[methodName] : undefined;
  if (method === undefined) throw new Error(`${PROTO_PATH} has no ${serviceName}.${methodName}`);
  return method;
}

/** Decodes a `RouteRequest`; `undefined` when the bytes are none, or carry no message. */
export function decodeRouteRequest(bytes: Uint8Array): RouteRequest__Output | undefined {
  try {
    const decoded = decideMethod.requestDeserialize(asBuffer(bytes));
    return isRouteRequest(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** Encodes a `RouteRequest`. */
export function encodeRouteRequest(request: RouteRequest): Buffer {
  return decideMethod.requestSerialize(request);
}

/** Decodes a `RouteDecision`. @throws Error when the bytes are none. */
export function decodeRouteDecision(bytes: Uint8Array): RouteDecision__Output {
  const decoded = decideMethod.responseDeserialize(asBuffer(bytes));
  if (!isRouteDecision(decoded)) throw new Error('the bytes are no RouteDecision');
  return decoded;
}

/** Encodes a `RouteDecision`. */
export function encodeRouteDecision(decision: RouteDecision): Buffer {
  return decideMethod.responseSerialize(decision);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isRouteRequest(value: object): value is RouteRequest__Output {
  return 'message' in value && value.message !== null;
}

function isRouteDecision(value: object): value is RouteDecision__Output {
  return 'provider_id' in value && 'reason' in value;
}
