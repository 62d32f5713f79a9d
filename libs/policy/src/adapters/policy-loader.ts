import { kvKey, kvKeyParts } from '@beamline/contracts/core';
import type { Observer } from '@beamline/kernel';
import type { PolicyEvent } from '../core/index.js';
import type { BucketEntry, BucketVersion, ReadingMode } from '@beamline/jetstream';
import { type PolicyShelf, ShelvedPolicy } from './policy-shelf.js';
import { type PolicyText, readPolicyBytes, readPolicyDocument } from './policy-text.js';
import type { ProblemList } from './problem-list.js';
import type { Seed, SeedFolder } from './seed-folder.js';
import type { PolicyVersion } from './stored-policy.js';

/** What the loader is made of. */
export interface PolicyLoaderParts {
  readonly shelf: PolicyShelf;
  readonly problems: ProblemList;
  readonly maxPolicies: number;
  readonly maxDocumentBytes: number;
  readonly observe: Observer<PolicyEvent>;
  /** Asked for when a bad document stands in the bucket and no good one in memory. */
  readonly recover: (entry: PolicyAddress) => void;
}

/** A policy by its ids and its place in the bucket. */
export interface PolicyAddress {
  readonly tenantId: string;
  readonly policyId: string;
  readonly key: string;
  readonly revision: number;
}

/** The verdict on a document that someone wants stored. */
export type NewPolicy =
  | Extract<PolicyText, { ok: true }>
  | {
      readonly ok: false;
      readonly reason: 'invalid_policy' | 'store_full';
      readonly problems: readonly string[];
    };

/** Own writes remembered until the bucket tells of them; beyond that a write may be seen twice in turn. */
const MAX_OWN_WRITES = 10_000;

/** Brings documents into force: a good one replaces what was there, a bad one only becomes a problem. */
export class PolicyLoader {
  readonly #ownWrites = new Map<string, number>();
  #reading = 0;
  /** Revision that the bucket told of last. Revisions of all keys are one sequence. */
  #told = 0;
  #mode: ReadingMode = 'fresh';

  constructor(private readonly parts: PolicyLoaderParts) {}

  /** Seeds are in force until the bucket says otherwise. */
  seeded(folder: SeedFolder): void {
    for (const { file, tenantId, policyId, problems } of folder.problems) {
      this.#report(`seed ${file}`, { tenantId, policyId, source: 'seed', where: file, problems });
    }
    for (const seed of folder.seeds) this.#seed(seed);
  }

  began(mode: ReadingMode): void {
    this.#reading += 1;
    this.#mode = mode;
    // What is still wrong in the bucket will be told again.
    if (mode !== 'resumed') this.parts.problems.clearSource('kv');
    if (mode !== 'fresh') return;
    this.#told = 0;
    this.#ownWrites.clear();
    for (const [, shelved] of this.parts.shelf.all()) shelved.revision = 0;
  }

  /** All of the bucket was told: after a rereading, what was not told is gone. */
  ended(): void {
    if (this.#mode !== 'reread') return;
    for (const [tenantId, { policyId, revision, reading }] of this.parts.shelf.all()) {
      if (revision > 0 && reading !== this.#reading) this.#remove(tenantId, policyId);
    }
  }

  changed({ key, value, revision }: BucketEntry): void {
    this.#told = revision;
    if (this.#isOlderThanOwn(key, revision)) return;
    const at = addressOf(key, revision);
    if (at === undefined) {
      this.#foreign(key, value, revision);
      return;
    }
    const before = this.parts.shelf.get(at.tenantId, at.policyId);
    if (before !== undefined) {
      before.reading = this.#reading;
      // Told before: it was written here, or it stands in the bucket that is read again.
      if (before.revision >= revision) return;
    }
    if (value !== undefined) this.#document(at, value, before);
    else {
      this.parts.problems.clear(key);
      this.#remove(at.tenantId, at.policyId);
    }
  }

  /** A version from the history takes the place of a bad one. */
  recovered(at: PolicyAddress, value: Uint8Array, revision: number): boolean {
    const { shelf, problems } = this.parts;
    const read = readPolicyBytes(value, at, this.parts.maxDocumentBytes);
    if (!read.ok) return false;
    const problem = problems.get(at.key);
    // Mended, deleted or recovered while the history was read.
    if (problem === undefined || shelf.get(at.tenantId, at.policyId) !== undefined) return true;
    this.#shelve({ ...at, revision }, read.text, 0);
    problems.set(at.key, { ...problem, lastGoodInForce: true });
    return true;
  }

  /** An own write was acknowledged: it is in force here at once. */
  wrote(at: PolicyAddress, text: string | undefined): void {
    // The bucket has told of it already, and perhaps of what came after it.
    if (at.revision <= this.#told) return;
    if (this.#ownWrites.size < MAX_OWN_WRITES) this.#ownWrites.set(at.key, at.revision);
    this.parts.problems.clear(at.key);
    if (text === undefined) this.#remove(at.tenantId, at.policyId);
    else this.#shelve(at, text, 0);
  }

  /** Whether a document may be stored, and under which ids. */
  checkNew(document: unknown): NewPolicy {
    const { shelf, maxDocumentBytes } = this.parts;
    const read = readPolicyDocument(document, maxDocumentBytes);
    if (!read.ok) return { ...read, reason: 'invalid_policy' };
    if (shelf.get(read.tenantId, read.policyId) !== undefined || this.#hasRoom()) return read;
    return { ok: false, reason: 'store_full', problems: [this.#fullMessage()] };
  }

  /** A version of the history, with what is wrong with it. */
  describe(version: BucketVersion, at: { tenantId: string; policyId: string }): PolicyVersion {
    const { revision, createdAtMs, value } = version;
    if (value === undefined) return { revision, createdAtMs, text: undefined, problems: [] };
    const read = readPolicyBytes(value, at, this.parts.maxDocumentBytes);
    const text = read.ok ? read.text : new TextDecoder().decode(value);
    return { revision, createdAtMs, text, problems: read.ok ? [] : read.problems };
  }

  #seed({ tenantId, policyId, text }: Seed): void {
    const { shelf, observe } = this.parts;
    if (shelf.get(tenantId, policyId) !== undefined) return;
    shelf.put(tenantId, new ShelvedPolicy(policyId, text, 'seed', 0));
    observe({ type: 'policy-loaded', tenantId, policyId, source: 'seed', durationMs: 0 });
  }

  #document(at: PolicyAddress, value: Uint8Array, before: ShelvedPolicy | undefined): void {
    const startedMs = performance.now();
    const read = readPolicyBytes(value, at, this.parts.maxDocumentBytes);
    if (read.ok && (before !== undefined || this.#hasRoom())) {
      this.parts.problems.clear(at.key);
      // The ids of the document are strings of their own; those of the key would keep the whole subject in memory.
      const { tenantId, policyId, text } = read;
      this.#shelve({ ...at, tenantId, policyId }, text, performance.now() - startedMs);
      return;
    }
    const problems = read.ok ? [this.#fullMessage()] : read.problems;
    const { tenantId, policyId, key, revision } = at;
    const where = `${key} revision ${revision}`;
    this.#report(key, { tenantId, policyId, source: 'kv', where, problems });
    if (!read.ok && before === undefined) this.parts.recover(at);
  }

  #shelve({ tenantId, policyId, revision }: PolicyAddress, text: string, durationMs: number): void {
    const { shelf, observe } = this.parts;
    const policy = new ShelvedPolicy(policyId, text, 'kv', revision);
    policy.reading = this.#reading;
    shelf.put(tenantId, policy);
    observe({ type: 'policy-loaded', tenantId, policyId, source: 'kv', durationMs });
  }

  #remove(tenantId: string, policyId: string): void {
    const { shelf, observe } = this.parts;
    if (shelf.remove(tenantId, policyId)) observe({ type: 'policy-removed', tenantId, policyId });
  }

  #foreign(key: string, value: Uint8Array | undefined, revision: number): void {
    if (value === undefined) {
      this.parts.problems.clear(key);
      return;
    }
    const problems = [`key: ${key} is not the key of a policy`];
    const where = `${key} revision ${revision}`;
    this.#report(key, { tenantId: '', policyId: '', source: 'kv', where, problems });
  }

  #report(
    place: string,
    problem: {
      tenantId: string;
      policyId: string;
      source: 'seed' | 'kv';
      where: string;
      problems: readonly string[];
    },
  ): void {
    const { tenantId, policyId, source, problems } = problem;
    const lastGoodInForce = this.parts.shelf.get(tenantId, policyId) !== undefined;
    this.parts.problems.set(place, { ...problem, lastGoodInForce });
    this.parts.observe({ type: 'policy-rejected', tenantId, policyId, source, problems });
  }

  #isOlderThanOwn(key: string, revision: number): boolean {
    const own = this.#ownWrites.get(key);
    if (own === undefined) return false;
    if (revision < own) return true;
    this.#ownWrites.delete(key);
    return false;
  }

  #hasRoom(): boolean {
    return this.parts.shelf.size < this.parts.maxPolicies;
  }

  #fullMessage(): string {
    return `the store is at its limit of ${this.parts.maxPolicies} policies`;
  }
}

function addressOf(key: string, revision: number): PolicyAddress | undefined {
  const [tenantId, policyId, ...more] = kvKeyParts(key) ?? [];
  if (tenantId === undefined || policyId === undefined || more.length > 0) return undefined;
  return { tenantId, policyId, key, revision };
}

/** Key of a policy in the bucket. */
export function policyKey(tenantId: string, policyId: string): string {
  return kvKey(tenantId, policyId);
}
