import {
  BucketClient,
  type BucketEntry,
  BucketMirror,
  type NatsSource,
  type ReadingMode,
} from '@beamline/jetstream';
import type { BucketState } from '@beamline/jetstream/core';
import { ignoreEvents, type Observer } from '@beamline/kernel';
import { DEFAULT_SETTINGS, type OverloadEvent, type SubjectSettings } from '../core/index.js';
import {
  backpressureBucket,
  type BackpressureBucketOptions,
  keyOf,
  RESUME_WITHIN_MS,
  subjectOf,
} from './backpressure-bucket.js';
import { LastGoodSettings } from './last-good-settings.js';
import { nameOf, NO_SUBJECT, refusalOf, type SettingsChange } from './settings-change.js';
import { type SettingsVersion, versionsOf } from './settings-versions.js';
import {
  DEFAULTS_NAME,
  MAX_SETTINGS_BYTES,
  SettingsBook,
  type SettingsDocument,
  type SettingsProblem,
} from './settings-book.js';

/** Settings of {@link SettingsStore}. */
export interface SettingsStoreOptions extends BackpressureBucketOptions {
  /** What holds where the bucket says nothing. Default: the contract's. */
  readonly defaults?: SubjectSettings;
  /** Subjects with settings of their own; documents of further ones are refused. Default 256. */
  readonly maxSubjects?: number;
  readonly observe?: Observer<OverloadEvent>;
}

/** Told which subject's settings changed; `undefined`: the defaults did, and with them those of all. */
export type SettingsListener = (subject: string | undefined) => void;

/**
 * Thresholds, policies and admission of all subjects, kept in the KV bucket `beamline_backpressure` and mirrored in
 * memory: a change is in force on every replica within a second. A bad document is refused with the reason, and the one
 * before it stays in force, also after a restart. Lookups never wait; without NATS what is known holds.
 */
export class SettingsStore {
  readonly #book: SettingsBook;
  readonly #mirror: BucketMirror;
  readonly #client: BucketClient;
  readonly #listeners = new Set<SettingsListener>();
  readonly #revisions = new Map<string, number>();
  readonly #untold = new Set<string>();
  readonly #lastGood: LastGoodSettings;
  #isAnew = false;
  #source: NatsSource | undefined;

  constructor(options: SettingsStoreOptions = {}) {
    const spec = backpressureBucket(options);
    this.#client = new BucketClient(spec.name, () => this.#source);
    this.#book = new SettingsBook({
      base: options.defaults ?? DEFAULT_SETTINGS,
      maxSubjects: options.maxSubjects ?? 256,
      observe: options.observe ?? ignoreEvents,
      onChange: (name) => this.#changedIn(name),
    });
    this.#lastGood = new LastGoodSettings(this.#client, this.#book);
    this.#mirror = new BucketMirror(
      { spec, auditEveryMs: options.auditEveryMs ?? 1_000, resumeWithinMs: RESUME_WITHIN_MS },
      {
        began: (mode) => this.#began(mode),
        changed: (entry) => this.#changed(entry),
        synced: () => this.#synced(),
        stateChanged: () => undefined,
      },
    );
  }

  /** How the store stands to its bucket. */
  get state(): BucketState {
    return this.#mirror.state;
  }

  /** Why, for people; empty when there is nothing to say. */
  get detail(): string {
    return this.#mirror.detail;
  }

  /** Begins to follow the bucket, as soon as NATS is there. A second call does nothing. */
  start(source: NatsSource): void {
    this.#source ??= source;
    this.#mirror.start(source);
  }

  /** Follows no more; what is known can still be asked for. */
  async stop(): Promise<void> {
    await Promise.all([this.#mirror.stop(), this.#lastGood.stop()]);
  }

  /** What holds for a subject now. Never waits; unknown subjects have the defaults. */
  settingsOf(subject: string): SubjectSettings {
    return this.#book.settingsOf(subject === DEFAULTS_NAME ? '' : subject);
  }

  /** The document in force of a subject, or of all (`undefined`); `undefined` when there is none. */
  document(subject: string | undefined): SettingsDocument | undefined {
    return this.#book.document(subject ?? DEFAULTS_NAME);
  }

  /** Subjects with settings of their own. */
  subjects(): readonly string[] {
    return this.#book.names().filter((name) => name !== DEFAULTS_NAME);
  }

  /** Documents that are not in force, and why. */
  problems(): readonly SettingsProblem[] {
    return this.#book.problems();
  }

  /** Calls `listener` after every change. @returns A function that ends it. */
  onChange(listener: SettingsListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Stores settings of a subject, or of all (`undefined`). On success they are in force here at once.
   * @param expectedRevision Revision the stored document must have, 0 = none must ever have existed. Default: any.
   */
  async put(
    subject: string | undefined,
    document: unknown,
    expectedRevision?: number,
  ): Promise<SettingsChange> {
    const name = nameOf(subject);
    if (name === undefined) return NO_SUBJECT;
    const checked = this.#book.check(name, document);
    if (!checked.ok) return { ...checked, reason: 'invalid' };
    const text = JSON.stringify(document);
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_SETTINGS_BYTES) {
      const problem = `settings must have at most ${MAX_SETTINGS_BYTES} bytes (got ${bytes})`;
      return { ok: false, reason: 'invalid', problems: [problem] };
    }
    const written = await this.#client.write(keyOf('settings', name), text, expectedRevision);
    if (!written.ok) return refusalOf(written);
    this.#take(name, Buffer.from(text), written.revision);
    return { ok: true, revision: written.revision, notes: checked.notes };
  }

  /** Takes settings of a subject, or of all (`undefined`), back. Their history stays in the bucket. */
  async remove(subject: string | undefined, expectedRevision?: number): Promise<SettingsChange> {
    const name = nameOf(subject);
    if (name === undefined) return NO_SUBJECT;
    const key = keyOf('settings', name);
    const written = await this.#client.write(key, undefined, expectedRevision);
    if (!written.ok) return refusalOf(written);
    this.#take(name, undefined, written.revision);
    return { ok: true, revision: written.revision, notes: [] };
  }

  /** The versions that the bucket keeps of a document, the newest first; `undefined` when it cannot be asked. */
  async versions(subject: string | undefined): Promise<readonly SettingsVersion[] | undefined> {
    const name = nameOf(subject);
    return name === undefined ? [] : versionsOf(this.#client, name);
  }

  /** Stores the document of an earlier revision again, as {@link put} does. */
  async restore(
    subject: string | undefined,
    revision: number,
    expectedRevision?: number,
  ): Promise<SettingsChange> {
    const versions = await this.versions(subject);
    if (versions === undefined) return refusalOf(NOT_ANSWERED);
    const document = versions.find((version) => version.revision === revision)?.document;
    if (document !== undefined) return this.put(subject, document, expectedRevision);
    const problem = `the bucket keeps no document of revision ${revision}`;
    return { ok: false, reason: 'invalid', problems: [problem] };
  }

  #began(mode: ReadingMode): void {
    this.#isAnew = mode === 'fresh';
    // In a bucket that was made anew revisions start over.
    if (mode === 'fresh') this.#revisions.clear();
    this.#untold.clear();
    if (mode !== 'resumed') for (const name of this.#book.names()) this.#untold.add(name);
  }

  #changed({ key, value, revision }: BucketEntry): void {
    const name = subjectOf('settings', key);
    if (name === undefined || nameOf(name === DEFAULTS_NAME ? undefined : name) === undefined) {
      return;
    }
    this.#untold.delete(name);
    this.#take(name, value, revision);
  }

  /** Own writes are in force before the mirror tells of them. */
  #take(name: string, value: Uint8Array | undefined, revision: number): void {
    if (revision <= (this.#revisions.get(name) ?? 0)) return;
    const isKnown = this.#revisions.has(name) || this.#book.document(name) !== undefined;
    if (isKnown || value !== undefined) this.#remember(name, revision);
    if (value === undefined) this.#book.remove(name, revision);
    else if (!this.#book.put(name, value, revision)) this.#lastGood.seek(name, revision);
  }

  /** Beyond the bound a document that comes again is read again: that costs time, and nothing else. */
  #remember(name: string, revision: number): void {
    if (this.#revisions.size >= MAX_REVISIONS && !this.#revisions.has(name)) return;
    this.#revisions.set(name, revision);
  }

  /** What was not told is gone; in a bucket that was lost it is what we know that is missing. */
  #synced(): void {
    for (const name of this.#untold) {
      if (this.#isAnew) void this.#writeBack(name);
      else this.#book.remove(name, 0);
    }
    this.#untold.clear();
    this.#lastGood.resume();
  }

  async #writeBack(name: string): Promise<void> {
    const known = this.#book.document(name);
    if (known === undefined) return;
    // Somebody else may be faster, and know something newer.
    const text = JSON.stringify(known.document);
    await this.#client.write(keyOf('settings', name), text, 0);
  }

  #changedIn(name: string): void {
    for (const listener of this.#listeners) listener(name === DEFAULTS_NAME ? undefined : name);
  }
}

/** Keys whose revision is remembered at most. */
const MAX_REVISIONS = 4_096;

const NOT_ANSWERED = { ok: false, reason: 'unavailable', message: 'NATS did not answer' } as const;
