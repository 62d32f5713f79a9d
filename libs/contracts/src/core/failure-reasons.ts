import type { WireErrorCode } from './error-catalogue.js';

/** Why the router fails a request, as its parts say it. Finer than {@link WireErrorCode}; decides the gRPC status. */
export type FailureReason =
  | 'invalid_request'
  | 'invalid_policy'
  | 'missing_message'
  | 'missing_tenant_id'
  | 'policy_not_found'
  | 'decision_not_found'
  | 'permission_denied'
  | 'acl_denied'
  | 'tenant_not_allowed'
  | 'unauthenticated'
  | 'rate_limit_exceeded'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'budget_exceeded'
  | 'service_overloaded'
  | 'no_provider_available'
  | 'service_down'
  | 'timeout'
  | 'nats_unavailable'
  | 'internal_error'
  | 'extension_not_found'
  | 'extension_timeout'
  | 'extension_unavailable'
  | 'extension_error'
  | 'validator_blocked'
  | 'post_processor_failed';

/** The wire code of each reason. */
export const WIRE_CODE_OF_REASON: Readonly<Record<FailureReason, WireErrorCode>> = {
  invalid_request: 'invalid_request',
  invalid_policy: 'invalid_request',
  missing_message: 'invalid_request',
  missing_tenant_id: 'invalid_request',
  policy_not_found: 'policy_not_found',
  decision_not_found: 'decision_not_found',
  permission_denied: 'unauthorized',
  acl_denied: 'unauthorized',
  tenant_not_allowed: 'unauthorized',
  unauthenticated: 'unauthorized',
  rate_limit_exceeded: 'rate_limited',
  rate_limited: 'rate_limited',
  quota_exceeded: 'rate_limited',
  budget_exceeded: 'rate_limited',
  service_overloaded: 'service_overloaded',
  no_provider_available: 'decision_failed',
  service_down: 'unavailable',
  timeout: 'timeout',
  nats_unavailable: 'unavailable',
  internal_error: 'internal',
  extension_not_found: 'extension_not_found',
  extension_timeout: 'extension_timeout',
  extension_unavailable: 'extension_unavailable',
  extension_error: 'extension_error',
  validator_blocked: 'validator_blocked',
  post_processor_failed: 'post_processor_failed',
};
