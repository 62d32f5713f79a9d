import type { Observer } from '@beamline/kernel';
import { LRUCache } from 'lru-cache';
import { builtinPolicyFor, compilePolicy, type PolicyEvent } from '../core/index.js';
import { BucketClient, BucketMirror, type NatsSource } from '@beamline/jetstream';
import { LastGoodFinder } from './last-good-finder.js';
import { policyKey, PolicyLoader } from './policy-loader.js';
import { PolicySaver } from './policy-saver.js';
import { type PolicyFound, PolicyShelf } from './policy-shelf.js';
import {
  policyBucketSpec,
  type PolicyStoreOptions,
  resolvePolicyStoreOptions,
  type ResolvedPolicyStoreOptions,
} from './policy-store-options.js';
import { ProblemList, type PolicyStoreProblem } from './problem-list.js';
import { readSeedFolder } from './seed-folder.js';
import type {
  PolicyChange,
  PolicyNotFound,
  PolicyStoreState,
  PolicyVersion,
  StoredPolicy,
} from './stored-policy.js';

const NOT_FOUND: PolicyNotFound = { ok: false, reason: 'policy_not_found' };
const DEFAULT_POLICY_ID = 'default';
/** Tenants whose built-in policy is kept compiled; any caller may name a tenant, so it is bounded. */
const BUILTINS_KEPT = 10_000;
const RESUME_WITHIN_MS = 600_000;

/**
 * The policies of all tenants: kept in JetStream KV, mirrored in memory, seeded from a folder. Lookups are synchronous
 * and never wait; without NATS the last known good policies serve.
 */
export class PolicyStore {
  readonly #options: ResolvedPolicyStoreOptions;
  readonly #observe: Observer<PolicyEvent>;
  readonly #shelf: PolicyShelf;
  readonly #problems: ProblemList;
  readonly #loader: PolicyLoader;
  readonly #mirror: BucketMirror;
  readonly #bucket: BucketClient;
  readonly #saver: PolicySaver;
  readonly #finder: LastGoodFinder;
  readonly #builtins = new LRUCache<string, PolicyFound>({ max: BUILTINS_KEPT });
  #source: NatsSource | undefined;
  #seeded = false;
  #loaded = false;

  /** @throws RangeError when an option is out of its range. */
  constructor(options: PolicyStoreOptions = {}) {
    this.#options = resolvePolicyStoreOptions(options);
    const { maxCompiled, maxProblems, maxPolicies, maxDocumentBytes, observe } = this.#options;
    this.#observe = observe;
    this.#shelf = new PolicyShelf(maxCompiled);
    this.#problems = new ProblemList(maxProblems);
    this.#bucket = new BucketClient(this.#options.bucket, () => this.#source);
    this.#saver = new PolicySaver(this.#shelf, this.#bucket);
    this.#loader = new PolicyLoader({
      shelf: this.#shelf,
      problems: this.#problems,
      maxPolicies,
      maxDocumentBytes,
      observe,
      recover: (at) => this.#finder.find(at),
    });
    this.#finder = new LastGoodFinder(this.#bucket, this.#loader, maxProblems);
    this.#mirror = this.#newMirror();
  }

  get state(): PolicyStoreState {
    return {
      seeded: this.#seeded,
      loaded: this.#loaded,
      bucket: this.#mirror.state,
      detail: this.#mirror.detail,
      policies: this.#shelf.size,
      tenants: this.#shelf.tenants,
      problems: this.#problems.size,
      unlistedProblems: this.#problems.unlisted,
    };
  }

  /**
   * Reads the seeds, then follows the bucket in the background, through every loss of NATS.
   * @returns once the seeds are in force.
   */
  async start(source: NatsSource): Promise<void> {
    this.#source = source;
    const { seedDir, maxPolicies } = this.#options;
    if (seedDir !== undefined) this.#loader.seeded(await readSeedFolder(seedDir, maxPolicies));
    this.#seeded = true;
    this.#tellSize();
    this.#mirror.start(source);
  }

  /** Stops following the bucket. What is in memory can still be found. */
  async stop(): Promise<void> {
    this.#finder.stop();
    await Promise.all([this.#mirror.stop(), this.#saver.stop()]);
  }

  /**
   * The policy in force. Without an id it is `default`, and where the tenant has none of its own, the built-in one.
   * Synchronous; a hit allocates nothing.
   */
  find(tenantId: string, policyId: string | undefined): PolicyFound | PolicyNotFound {
    const id = policyId === undefined || policyId === '' ? DEFAULT_POLICY_ID : policyId;
    const found = this.#shelf.find(tenantId, id) ?? this.#builtin(tenantId, id) ?? NOT_FOUND;
    this.#observe({ type: 'policy-lookup', hit: found.ok, tenantId });
    return found;
  }

  /** Whether a policy is stored: the built-in one is not. */
  has(tenantId: string, policyId: string): boolean {
    return this.#shelf.get(tenantId, policyId) !== undefined;
  }

  /** The stored policies of a tenant, by id. Empty for a tenant that has none. */
  list(tenantId: string): readonly StoredPolicy[] {
    return this.#shelf
      .ofTenant(tenantId)
      .map(({ policyId, source, revision, text }) => ({
        tenantId,
        policyId,
        source,
        revision,
        document: JSON.parse(text) as unknown,
      }))
      .toSorted((a, b) => (a.policyId < b.policyId ? -1 : 1));
  }

  /** Documents that are not in force, and why; at most `maxProblems`. */
  problems(): readonly PolicyStoreProblem[] {
    return this.#problems.list();
  }

  /**
   * Stores a version of a policy. On success it is in force here at once and on every replica within a second.
   * @param expectedRevision Revision the stored one must have, 0 = none must ever have existed. Default: any.
   */
  async put(document: unknown, expectedRevision?: number): Promise<PolicyChange> {
    const checked = this.#loader.checkNew(document);
    if (!checked.ok) return checked;
    const { tenantId, policyId, text } = checked;
    const key = policyKey(tenantId, policyId);
    const written = await this.#bucket.write(key, text, expectedRevision);
    if (!written.ok) return { ok: false, reason: written.reason, problems: [written.message] };
    this.#loader.wrote({ tenantId, policyId, key, revision: written.revision }, text);
    this.#tellSize();
    return written;
  }

  /** Deletes a policy; its history stays. A deleted seed does not come back. */
  async remove(
    tenantId: string,
    policyId: string,
    expectedRevision?: number,
  ): Promise<PolicyChange> {
    if (!this.has(tenantId, policyId)) {
      const problems = [`${policyId} of ${tenantId} does not exist`];
      return { ok: false, reason: 'policy_not_found', problems };
    }
    const key = policyKey(tenantId, policyId);
    const written = await this.#bucket.write(key, undefined, expectedRevision);
    if (!written.ok) return { ok: false, reason: written.reason, problems: [written.message] };
    this.#loader.wrote({ tenantId, policyId, key, revision: written.revision }, undefined);
    this.#tellSize();
    return written;
  }

  /**
   * The versions that the bucket keeps, at most 64, oldest first. Empty for a policy that never existed.
   * @throws Error when NATS is not there or does not answer.
   */
  async history(tenantId: string, policyId: string): Promise<readonly PolicyVersion[]> {
    const versions = await this.#bucket.history(policyKey(tenantId, policyId));
    return versions.map((version) => this.#loader.describe(version, { tenantId, policyId }));
  }

  #builtin(tenantId: string, policyId: string): PolicyFound | undefined {
    if (!this.#options.builtinDefault || policyId !== DEFAULT_POLICY_ID) return undefined;
    const known = this.#builtins.get(tenantId);
    if (known !== undefined) return known;
    const found: PolicyFound = { ok: true, policy: compilePolicy(builtinPolicyFor(tenantId)) };
    this.#builtins.set(tenantId, found);
    this.#observe({ type: 'policy-loaded', tenantId, policyId, source: 'builtin', durationMs: 0 });
    return found;
  }

  #newMirror(): BucketMirror {
    const spec = policyBucketSpec(this.#options);
    const { auditEveryMs } = this.#options;
    return new BucketMirror(
      { spec, auditEveryMs, resumeWithinMs: RESUME_WITHIN_MS },
      {
        began: (mode) => this.#loader.began(mode),
        changed: (entry) => {
          this.#loader.changed(entry);
          if (this.#mirror.state === 'synced') this.#tellSize();
        },
        synced: () => this.#synced(),
        stateChanged: (state, detail) =>
          this.#observe({ type: 'bucket-state-changed', bucket: 'policies', state, detail }),
      },
    );
  }

  #synced(): void {
    this.#loader.ended();
    this.#loaded = true;
    this.#tellSize();
    this.#saver.save();
    this.#finder.resume();
  }

  #tellSize(): void {
    const { size: policies, tenants } = this.#shelf;
    this.#observe({ type: 'policy-store-size', policies, tenants });
  }
}
