import { randomUUID } from 'node:crypto';
import {
  checkTenant,
  type DecideCommand,
  type RouterFailure,
  type TenantAllowlist,
  type TenantCheck,
  failureOfReason,
  intakeFailure,
} from '@beamline/contracts/core';
import type { Clock, Observer } from '@beamline/kernel';
import type { PolicyStore, SnapshotSource, StickyStore } from '@beamline/policy';
import {
  type CompiledPolicy,
  decide,
  type DecideEvent,
  type Decided,
  type Door,
  explain,
  type Explanation,
  type ExplainLevel,
  type RouteRequest,
} from '@beamline/policy/core';

/** A command that was decided. Nothing has happened yet: effects follow with {@link DecideService.commit}. */
export interface DecidedOutcome {
  readonly ok: true;
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly tenantId: string;
  readonly policyId: string;
  readonly dryRun: boolean;
  readonly decided: Decided;
}

/** A command that could not be decided, and what the caller is told. */
interface FailedOutcome {
  readonly ok: false;
  readonly requestId: string;
  readonly traceId: string | undefined;
  readonly tenantId: string;
  readonly failure: RouterFailure;
}

export type DecideOutcome = DecidedOutcome | FailedOutcome;

/** What {@link DecideService} stands on. */
export interface DecideServiceParts {
  readonly policies: PolicyStore;
  readonly sticky: StickyStore;
  readonly snapshots: SnapshotSource;
  /** Tenants that may be served; `undefined` means all. */
  readonly allowlist: TenantAllowlist | undefined;
  readonly wall: Clock;
  readonly monotonic: Clock;
  readonly observe: Observer<DecideEvent>;
}

/** The one use case behind every door: may this tenant ask, which policy, which provider. */
export class DecideService {
  constructor(private readonly parts: DecideServiceParts) {}

  /** Decides without any effect but the telling of it. Synchronous: nothing on this path waits. */
  decide(command: DecideCommand, door: Door): DecideOutcome {
    const { monotonic, observe } = this.parts;
    const startedMs = monotonic.nowMs();
    const outcome = this.#decide(command, door);
    const durationMs = monotonic.nowMs() - startedMs;
    if (outcome.ok) {
      const { tenantId, policyId, decided } = outcome;
      observe({ type: 'decided', door, tenantId, policyId, reason: decided.reason, durationMs });
    } else {
      observe({
        type: 'decide-failed',
        door,
        tenantId: outcome.tenantId,
        policyId: command.policyId,
        code: outcome.failure.code,
        durationMs,
      });
    }
    return outcome;
  }

  /** Lets a decision take effect: its sticky pin is stored. A dry run has no effects. */
  commit(outcome: DecidedOutcome): void {
    const { pin } = outcome.decided;
    if (pin && !outcome.dryRun) this.parts.sticky.pin(pin);
  }

  /** The same decision with its reasons, and never any effect. */
  explain(
    command: DecideCommand,
    level: ExplainLevel,
  ): { ok: true; explanation: Explanation } | { ok: false; failure: RouterFailure } {
    const found = this.#policyFor(command, 'http');
    if (!found.ok) return found;
    const snapshot = this.parts.snapshots.at(this.parts.wall.nowMs());
    const request = toRouteRequest(command, requestIdOf(command));
    return { ok: true, explanation: explain(found.policy, request, snapshot, level) };
  }

  #decide(command: DecideCommand, door: Door): DecideOutcome {
    const { tenantId, traceId, dryRun } = command;
    const requestId = requestIdOf(command);
    const found = this.#policyFor(command, door);
    if (!found.ok) return { ok: false, requestId, traceId, tenantId, failure: found.failure };

    const snapshot = this.parts.snapshots.at(this.parts.wall.nowMs());
    const decided = decide(found.policy, toRouteRequest(command, requestId), snapshot);
    if (!decided.ok) {
      const failure = failureOfReason(decided.reason);
      return { ok: false, requestId, traceId, tenantId, failure };
    }
    const { policyId } = found.policy;
    return {
      ok: true,
      requestId,
      traceId,
      tenantId,
      policyId,
      dryRun,
      decided: dryRun ? marked(decided) : decided,
    };
  }

  #policyFor(
    command: DecideCommand,
    door: Door,
  ): { ok: true; policy: CompiledPolicy } | { ok: false; failure: RouterFailure } {
    const { allowlist, observe, policies } = this.parts;
    const verdict = checkTenant(command.tenantId, allowlist);
    if (verdict !== 'ok') {
      observe({ type: 'tenant-rejected', door, reason: verdict });
      return { ok: false, failure: refusalOf(verdict) };
    }
    const found = policies.find(command.tenantId, command.policyId);
    if (found.ok) return found;
    return { ok: false, failure: failureOfReason(found.reason) };
  }
}

function requestIdOf(command: DecideCommand): string {
  return command.requestId === '' ? randomUUID() : command.requestId;
}

function toRouteRequest(command: DecideCommand, requestId: string): RouteRequest {
  const { tenantId, messageType, context, constraints } = command;
  return { tenantId, requestId, messageType, context, constraints };
}

/** A missing tenant is a flaw of the request, a forbidden one a refusal: the two differ over gRPC. */
function refusalOf(verdict: Exclude<TenantCheck, 'ok'>): RouterFailure {
  const isMissing = verdict === 'tenant_missing' || verdict === 'tenant_empty';
  return isMissing
    ? intakeFailure('TENANT_FORBIDDEN', { reason: verdict }, 'missing_tenant_id')
    : intakeFailure('TENANT_FORBIDDEN', { reason: verdict });
}

function marked(decided: Decided): Decided {
  return { ...decided, metadata: { ...decided.metadata, dry_run: true } };
}
