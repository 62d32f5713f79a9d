import {
  checkTenant,
  fateOfRefused,
  findSchemaVersion,
  INTAKE_ERRORS,
  intakeErrorCodeOf,
  intakeMessage,
  isFlagSet,
  isPermanentIntakeError,
  isPolicyId,
  isRequestReplySubject,
  isTenantId,
  isUlid,
  isUuidV4,
  isW3cTraceId,
  looksLikeInjection,
  mapReasonToGrpc,
  reloadGrpcStatuses,
} from '@beamline/contracts/core';
import { PolicyStore, StickyStore } from '@beamline/policy';
import {
  compilePolicy,
  decide,
  emptySnapshot,
  parsePolicy,
  parsePolicyJson,
  pipelineComplexity,
  readPolicy,
  selectionStatus,
} from '@beamline/policy/core';
import type { Vector } from './vectors.js';

/** Answers a case with what ours does; the case's `expect` is a part of it. */
type Runner = (vector: Vector) => unknown;

/** How the cases of each area are answered by functions. */
export const UNIT_CASES: Readonly<Record<string, Runner>> = {
  errors_grpc: grpcStatus,
  intake_error_codes: intakeErrorCode,
  intake_error_reply: intakeErrorReply,
  intake_formats: ({ name, given: { value } }) => ({ valid: FORMATS[name]?.(value) }),
  intake_version: ({ given }) => {
    const { payload, subject } = given;
    const found = findSchemaVersion({ header: undefined, payload: payload.version, subject });
    return { error: found.ok ? undefined : 'unsupported_version' };
  },
  decide_nats: ({ given }) => ({ push: isFlagSet(given.push_assignment) }),
  decide_core: ({ given: { tenant_id, policy_id } }) => {
    const store = new PolicyStore({ builtinDefault: false });
    return {
      error: !store.find(tenant_id, policy_id).ok,
      store_survives: !store.find('acme', 'x').ok,
    };
  },
  decider_selection: selection,
  decider_complexity: ({ given }) => pipelineComplexity(given),
  conditions: ({ given, when }) => ({ result: conditionHolds(when.when_condition, given.context) }),
  policy_parse: policyParse,
  policy_validation: ({ given }) => {
    const parsed = parsePolicy(given.policy);
    return parsed.ok ? { ok: true } : { error: 'invalid_policy' };
  },
  policy_dsl: policyDsl,
  tenant_validation: ({ given, when }) => ({
    result: checkTenant(when.tenant_id, given.allowlist),
  }),
  security_ids: ({ given }) => {
    if ('text' in given) return { clean: !looksLikeInjection(given.text) };
    if ('tenant_id' in given) return { valid: isTenantId(given.tenant_id) };
    return { valid: isPolicyId(given.policy_id) };
  },
  sticky_store: () => ({
    error:
      new StickyStore().pinnedProvider('acme', 'nonexistent_session', 0) === undefined
        ? 'not_found'
        : undefined,
  }),
};

const FORMATS: Readonly<Record<string, (value: unknown) => boolean>> = {
  uuid_v4_text: isUuidV4,
  ulid_valid: isUlid,
  trace_text: isW3cTraceId,
};

function grpcStatus({ given }: Vector): unknown {
  if (!given.mapping) {
    const mapped = mapReasonToGrpc(given.reason, given.context);
    return { grpc_status: mapped.grpcStatus, message: mapped.message };
  }
  const { '...': _existing, ...mapping } = given.mapping;
  const reloaded = reloadGrpcStatuses(mapping);
  if (!reloaded.ok) return { error: true };
  const [reason = ''] = Object.keys(mapping);
  const mapped = mapReasonToGrpc(reason, undefined, reloaded.table);
  return { grpc_status: mapped.grpcStatus, message: mapped.message };
}

function intakeErrorCode({ given }: Vector): unknown {
  const code = intakeErrorCodeOf(given.code);
  if (code === undefined) return undefined;
  const message = intakeMessage(code, given.context);
  return {
    intake_error_code: code,
    severity: INTAKE_ERRORS[code].severity,
    message,
    message_contains: message.split(':')[0],
  };
}

function intakeErrorReply({ name, given }: Vector): unknown {
  if (name === 'rejected_message_is_acked') return fateOfRefused(given.code);
  if (name === 'is_permanent') return { result: given.codes.map(isPermanentIntakeError) };
  return { result: given.subjects.map(isRequestReplySubject) };
}

function selection({ name, given }: Vector): unknown {
  const parsed = parsePolicy(given.policy);
  if (!parsed.ok) return { ok: false };
  if (name !== 'status_summary') return { ok: true };
  const { total_weight: total, ...status } = selectionStatus(
    compilePolicy(parsed.policy),
    emptySnapshot(0),
  );
  return { ...status, total_weight_gt: total > 0 ? 0 : total };
}

/** Whether a condition holds, as a decision shows it: nobody has weight, so only the rule can name a provider. */
function conditionHolds(when: unknown, context: Record<string, unknown>): boolean {
  const parsed = parsePolicy({
    tenant_id: 'acme',
    policy_id: 'p',
    providers: [{ name: 'weightless', weight: 0 }],
    fallbacks: [{ when, retry: 0, to: 'chosen' }],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const request = { tenantId: 'acme', requestId: 'r', messageType: '', context, constraints: {} };
  return decide(compilePolicy(parsed.policy), request, emptySnapshot(0)).ok;
}

function policyParse({ given }: Vector): unknown {
  if ('json' in given)
    return { error: parsePolicyJson(given.json).ok ? undefined : 'invalid_json' };
  if ('policy_id' in given) {
    const found = new PolicyStore().find('acme', given.policy_id);
    return { error: found.ok ? undefined : 'not_found' };
  }
  return { weights: weightsOf(parsePolicy({ tenant_id: 'a', policy_id: 'p', ...given })) };
}

function policyDsl({ given }: Vector): unknown {
  const read = readPolicy(given.policy);
  if (!read.ok) return { parses: false, problems: read.problems };
  const { fallbacks, pipeline, sticky } = read.policy;
  const weights = weightsOf(read);
  return {
    parses: true,
    weights,
    weights_keys: Object.keys(weights).length,
    fallbacks_count: fallbacks.length,
    'sticky.enabled': sticky?.enabled ?? false,
    'sticky.ttl_ms': sticky?.ttlMs,
    ...pipeline,
  };
}

function weightsOf(parsed: ReturnType<typeof readPolicy>): Record<string, number> {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return Object.fromEntries(parsed.policy.providers.map(({ id, weight }) => [id, weight]));
}
