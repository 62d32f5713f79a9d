import {
  createDecideDecoder,
  encodeDecideResponse,
  encodeRouteDecision,
  encodeRouteRequest,
} from '@beamline/contracts';
import { type DecodedCommand, decideResponse, NO_HEADERS } from '@beamline/contracts/core';
import type { Work } from '../harness/micro.js';
import { CANNED_DECISION, jsonRequest, requestPool, routeRequest } from '../load/payloads.js';

const decided = {
  providerId: CANNED_DECISION.provider_id,
  reason: CANNED_DECISION.reason,
  priority: CANNED_DECISION.priority,
  expectedLatencyMs: CANNED_DECISION.expected_latency_ms,
  expectedCost: CANNED_DECISION.expected_cost,
};

const repeat = (name: string, step: (n: number) => number): Work => ({
  name,
  run(times) {
    let sum = 0;
    for (let n = 0; n < times; n += 1) sum += step(n);
    return sum;
  },
});

function lengthOf(decoded: DecodedCommand): number {
  if (!decoded.ok) throw new Error(decoded.failure.message);
  return decoded.command.requestId.length;
}

/** What a door does around a decision: reading and checking the request, writing the answer. */
export function wireWorks(): readonly Work[] {
  const decoder = createDecideDecoder();
  const encoder = new TextEncoder();
  const jsonAt = requestPool((n) => encoder.encode(jsonRequest(n)));
  const protobufAt = requestPool((n) => encodeRouteRequest(routeRequest(n)));
  const context = { requestId: 'request-1', traceId: '0af7651916cd43dd8448eb211c80319c' };
  return [
    repeat('decode and validate a JSON request of 458 bytes', (n) =>
      lengthOf(decoder.decode(jsonAt(n), NO_HEADERS)),
    ),
    repeat('decode and validate a protobuf RouteRequest', (n) =>
      lengthOf(decoder.decode(protobufAt(n), NO_HEADERS)),
    ),
    repeat(
      'encode the JSON answer',
      () => encodeDecideResponse(decideResponse(decided, context)).length,
    ),
    repeat('encode the RouteDecision', () => encodeRouteDecision(CANNED_DECISION).length),
  ];
}
