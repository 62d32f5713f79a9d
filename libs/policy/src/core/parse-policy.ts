import { FieldReader, present, type TextRule } from './field-reader.js';
import type { PolicyDocument } from './policy-document.js';
import { type PolicyProblem, ProblemCollector } from './policy-problem.js';
import { readFallbacks, readLegacyFallback } from './read-fallbacks.js';
import { readPipeline } from './read-pipeline.js';
import { readProviders } from './read-providers.js';
import { readBreaker, readRateLimit, readSticky, type Strictness } from './read-sections.js';

/** Where a policy is kept. Fills in ids that the document does not give, and must agree with those it gives. */
export interface PolicyPlace {
  readonly tenantId: string;
  readonly policyId: string;
}

/** A policy, or everything that is wrong with its document. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

const ID: TextRule = { maxChars: 255, pattern: /^[a-zA-Z0-9_.-]+$/ };
const POLICY_FIELDS = [
  'policy_id',
  'tenant_id',
  'version',
  'providers',
  'weights',
  'fallbacks',
  'fallback',
  'sticky',
  'pre',
  'validators',
  'post',
  'extensions',
  'circuit_breaker',
  'rate_limit',
  'health_check',
  'timeout_ms',
  'defaults',
  'escalate_on',
  'metadata',
  'created_by',
];

/** Checks and reads a document that is to be stored or served. Never throws, reports all problems at once. */
export function parsePolicy(document: unknown, at?: PolicyPlace): ParsedPolicy {
  return read(document, 'stored', at);
}

/** {@link parsePolicy} of a text; a text that is not JSON is one problem. */
export function parsePolicyJson(text: string, at?: PolicyPlace): ParsedPolicy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    const problem = { path: '', value: '', rule: 'must be JSON (invalid_json)' };
    return { ok: false, problems: [problem] };
  }
  return parsePolicy(document, at);
}

/**
 * Reads a policy as the older routers did: ids, providers and `enabled` may be missing, and extensions without an id
 * are skipped. For looking at a document, never for storing it.
 */
export function readPolicy(document: unknown): ParsedPolicy {
  return read(document, 'lenient', { tenantId: '', policyId: 'default' });
}

function read(document: unknown, strictness: Strictness, at?: PolicyPlace): ParsedPolicy {
  const problems = new ProblemCollector();
  const fields = FieldReader.of(document, '', problems);
  if (fields === undefined) return { ok: false, problems: problems.all() };
  fields.onlyKnows(POLICY_FIELDS);
  const policy = readFields(fields, strictness, at);
  if (strictness === 'stored') {
    requireSomebodyToServe(policy, fields);
    requirePlace(fields, at);
  }
  return problems.isEmpty ? { ok: true, policy } : { ok: false, problems: problems.all() };
}

function readFields(fields: FieldReader, strictness: Strictness, at?: PolicyPlace): PolicyDocument {
  checkPassedThrough(fields);
  return {
    tenantId: fields.text('tenant_id', ID) ?? at?.tenantId ?? '',
    policyId: fields.text('policy_id', ID) ?? at?.policyId ?? '',
    version: readVersion(fields),
    providers: readProviders(fields),
    fallbacks: readFallbacks(fields),
    ...present('legacyFallback', readLegacyFallback(fields)),
    ...present('sticky', readSticky(fields, strictness)),
    pipeline: readPipeline(fields, strictness),
    ...present('breaker', readBreaker(fields, strictness)),
    ...present('rateLimit', readRateLimit(fields, strictness)),
    metadata: fields.freeForm('metadata'),
  };
}

function readVersion(fields: FieldReader): string {
  const version = fields.value('version') ?? '1.0';
  if (typeof version === 'number' && Number.isFinite(version)) return String(version);
  return fields.text('version', { maxChars: 64 }) ?? '1.0';
}

/** Fields that nothing executes are checked for their type alone. */
function checkPassedThrough(fields: FieldReader): void {
  fields.freeForm('health_check');
  fields.freeForm('defaults');
  fields.list('escalate_on', 100);
  fields.integer('timeout_ms', { min: 0, max: 3_600_000 });
  fields.text('created_by', { maxChars: 255 });
}

function requireSomebodyToServe(policy: PolicyDocument, fields: FieldReader): void {
  if (policy.legacyFallback || policy.fallbacks.some(({ to }) => to !== undefined)) return;
  if (policy.providers.some(({ weight }) => weight > 0)) return;
  // The true flaw is told already; this one would only follow from it.
  if (fields.problems.concerns('providers', 'weights', 'fallbacks', 'fallback')) return;
  const name = fields.has('weights') && !fields.has('providers') ? 'weights' : 'providers';
  fields.wrong(name, 'must give a provider a weight above 0, or the policy needs a fallback');
}

function requirePlace(fields: FieldReader, at: PolicyPlace | undefined): void {
  requireId(fields, 'tenant_id', at?.tenantId);
  requireId(fields, 'policy_id', at?.policyId);
}

function requireId(fields: FieldReader, name: string, kept: string | undefined): void {
  const given = fields.value(name);
  if (kept === undefined) fields.require(name);
  else if (given !== undefined && given !== kept) {
    fields.wrong(name, `must be ${kept}, the id it is kept under`);
  } else if (given === undefined && (kept.length > ID.maxChars || !ID.pattern?.test(kept))) {
    fields.problems.add(name, kept, `must match ${ID.pattern?.source}, at most 255 characters`);
  }
}
