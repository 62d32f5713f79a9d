// Original file: proto/beamline/flow/v1/flow.proto

import type { Long } from '@grpc/proto-loader';

export interface RouteDecision {
  'provider_id'?: (string);
  /**
   * sticky, weighted, retry, fallback or circuit_breaker_fallback.
   */
  'reason'?: (string);
  'priority'?: (number);
  'expected_latency_ms'?: (number | string | Long);
  'expected_cost'?: (number | string);
  'metadata'?: ({[key: string]: string});
}

export interface RouteDecision__Output {
  'provider_id': (string);
  /**
   * sticky, weighted, retry, fallback or circuit_breaker_fallback.
   */
  'reason': (string);
  'priority': (number);
  'expected_latency_ms': (number);
  'expected_cost': (number);
  'metadata': ({[key: string]: string});
}
