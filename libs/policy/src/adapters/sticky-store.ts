import { kvKeyParts } from '@beamline/contracts/core';
import { createHash } from 'node:crypto';
import type { BucketState, StickyPin } from '../core/index.js';
import { type BucketEntry, BucketMirror, type NatsSource } from '@beamline/jetstream';
import { Pin, PinTable } from './pin-table.js';
import { decodePinValue } from './pin-value.js';
import { PinWriter } from './pin-writer.js';
import {
  resolveStickyStoreOptions,
  stickyBucketSpec,
  type StickyStoreOptions,
} from './sticky-store-options.js';

/** How the sticky store stands. */
export interface StickyStoreState {
  /** Whether the bucket has been read completely at least once. */
  readonly loaded: boolean;
  readonly bucket: BucketState;
  /** Why the bucket is in that state; may be empty. */
  readonly detail: string;
  readonly pins: number;
  /** Writes that wait. */
  readonly waiting: number;
  /** Writes dropped since the start. */
  readonly dropped: number;
}

const RESUME_WITHIN_MS = 600_000;
/** Longer session keys are stored by their hash: a key is a subject, and what callers send has no bound. */
const MAX_PLAIN_SESSION_KEY = 128;
/** A pin whose expiry moved by less than this share of its TTL is not written again. */
const REFRESH_SHARE = 0.1;

/**
 * Which provider each session is pinned to: in memory for decisions, in JetStream KV for other replicas and restarts.
 * Reading and pinning never wait; without NATS pins live in memory.
 */
export class StickyStore {
  readonly #options: Required<StickyStoreOptions>;
  readonly #pins: PinTable;
  readonly #writer: PinWriter;
  readonly #mirror: BucketMirror;
  #loaded = false;

  /** @throws RangeError when an option is out of its range. */
  constructor(options: StickyStoreOptions = {}) {
    const resolved = resolveStickyStoreOptions(options);
    this.#options = resolved;
    this.#pins = new PinTable(resolved.maxPins);
    this.#writer = new PinWriter({
      bucket: resolved.bucket,
      maxQueued: resolved.maxQueuedWrites,
      flushEveryMs: resolved.flushEveryMs,
      nowMs: () => resolved.clock.nowMs(),
      observe: resolved.observe,
    });
    this.#mirror = new BucketMirror(
      {
        spec: stickyBucketSpec(resolved),
        auditEveryMs: resolved.auditEveryMs,
        resumeWithinMs: RESUME_WITHIN_MS,
      },
      {
        // A bucket made anew knows none of the pins.
        began: (mode) => (mode === 'fresh' ? this.#pins.unsaveAll() : undefined),
        changed: (entry) => this.#changed(entry),
        synced: () => this.#synced(),
        stateChanged: (state, detail) =>
          resolved.observe({ type: 'bucket-state-changed', bucket: 'sticky', state, detail }),
      },
    );
  }

  get state(): StickyStoreState {
    return {
      loaded: this.#loaded,
      bucket: this.#mirror.state,
      detail: this.#mirror.detail,
      pins: this.#pins.size,
      waiting: this.#writer.waiting,
      dropped: this.#writer.dropped,
    };
  }

  /** Follows the bucket in the background, through every loss of NATS. Returns at once. */
  start(source: NatsSource): void {
    if (!this.#options.enabled) return;
    this.#writer.start(source);
    this.#mirror.start(source);
  }

  /** Writes what still waits, for at most `stopWithinMs`, and stops following the bucket. */
  async stop(): Promise<void> {
    await this.#writer.stop(this.#options.stopWithinMs);
    await this.#mirror.stop();
  }

  /**
   * The provider a session is pinned to, or `undefined` when it has no pin or the pin has expired. Synchronous.
   * @param nowMs Unix time, in milliseconds.
   */
  pinnedProvider(tenantId: string, sessionKey: string, nowMs: number): string | undefined {
    if (!this.#options.enabled) return undefined;
    const providerId = this.#pins.provider(tenantId, boundedKey(sessionKey), nowMs);
    this.#options.observe({ type: 'sticky-lookup', hit: providerId !== undefined, tenantId });
    return providerId;
  }

  /** Pins a session, or moves the expiry of its pin. Never waits: the bucket is told behind the decision. */
  pin({ tenantId, sessionKey, providerId, ttlMs }: StickyPin): void {
    if (!this.#options.enabled) return;
    const key = boundedKey(sessionKey);
    const expiresAtMs = this.#options.clock.nowMs() + ttlMs;
    let pin = this.#pins.get(tenantId, key);
    if (pin === undefined) {
      pin = new Pin(tenantId, key, providerId, expiresAtMs);
      this.#pins.add(pin);
    } else {
      pin.expiresAtMs = expiresAtMs;
      const movedMs = Math.abs(expiresAtMs - pin.savedUntilMs);
      if (pin.providerId === providerId && movedMs < ttlMs * REFRESH_SHARE) return;
      pin.providerId = providerId;
    }
    pin.savedUntilMs = expiresAtMs;
    this.#writer.enqueue(pin);
  }

  #changed({ key, value }: BucketEntry): void {
    const [tenantId, sessionKey] = kvKeyParts(key) ?? [];
    if (tenantId === undefined || sessionKey === undefined) return;
    const known = this.#pins.get(tenantId, sessionKey);
    // What waits here is newer than what comes from there, and will be written over it.
    if (known?.queued === true) return;
    if (value === undefined) this.#pins.delete(tenantId, sessionKey);
    else this.#learn(known, tenantId, sessionKey, value);
    if (this.#mirror.state === 'synced') this.#tellSize();
  }

  #learn(known: Pin | undefined, tenantId: string, sessionKey: string, value: Uint8Array): void {
    const told = decodePinValue(value);
    if (told === undefined || told.expiresAtMs <= this.#options.clock.nowMs()) return;
    const { providerId, expiresAtMs } = told;
    const pin = known ?? new Pin(tenantId, sessionKey, providerId, expiresAtMs);
    if (known === undefined) this.#pins.add(pin);
    // Our own expiry may have slid on since this was written.
    const isSame = pin.providerId === providerId;
    pin.expiresAtMs = isSame ? Math.max(pin.expiresAtMs, expiresAtMs) : expiresAtMs;
    pin.providerId = providerId;
    pin.savedUntilMs = expiresAtMs;
  }

  #synced(): void {
    this.#loaded = true;
    this.#tellSize();
  }

  #tellSize(): void {
    this.#options.observe({ type: 'sticky-store-size', pins: this.#pins.size });
  }
}

function boundedKey(sessionKey: string): string {
  if (sessionKey.length <= MAX_PLAIN_SESSION_KEY) return sessionKey;
  return `sha256:${createHash('sha256').update(sessionKey).digest('hex')}`;
}
