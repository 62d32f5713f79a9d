import type { AckedPublisher, BucketStorageOptions, NatsLink } from '@beamline/jetstream';
import {
  type Clock,
  ignoreEvents,
  monotonicClock,
  type Observer,
  wallClock,
} from '@beamline/kernel';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { DEFAULT_SETTINGS, type OverloadEvent, type SubjectSettings } from '../core/index.js';
import { fastRandom } from './fast-random.js';

/** A subject that is watched and protected: a queue of work of its own, such as a message subject or a service. */
export interface SubjectDeclaration {
  readonly name: string;
  /** The durable consumer whose waiting messages count as the subject's. Default: none. */
  readonly consumer?: { readonly stream: string; readonly durable: string };
  /**
   * Whether what waits before the process (delay of its event loop, of its connection to NATS) delays this subject.
   * Default true; false where only what comes out of a consumer is served.
   */
  readonly countsDoorDelay?: boolean;
}

/** Settings of {@link OverloadControl}. All have defaults: `new OverloadControl()` protects one process by itself. */
export interface OverloadControlOptions {
  /** Name of this process among its replicas. Default `<hostname>-<pid>-<4 random hex digits>`. */
  readonly replicaId?: string;
  /** Subjects tracked from the start. Others come in when they are first asked for. */
  readonly subjects?: readonly SubjectDeclaration[];
  /** Subjects tracked at most, 1 or more. Default 256; a further one is a RangeError. */
  readonly maxSubjects?: number;
  /** Settings of every subject, unless the bucket says otherwise. Default: the contract's. */
  readonly defaults?: SubjectSettings;
  /** Newest latencies kept per subject for the p95, 1 or more. Default 1 000. */
  readonly latencySamples?: number;
  /** Age at which a latency no longer counts, in milliseconds, 1 or more. Default 10 000. */
  readonly latencyMaxAgeMs?: number;
  /** Time between two evaluations, in milliseconds, 10 or more. Default 100: what strict mode obeys is no older. */
  readonly evaluateEveryMs?: number;
  /** Time between two reports to the other replicas, in milliseconds, 100 or more. Default 1 000. */
  readonly reportEveryMs?: number;
  /** Silence after which a replica counts as gone, in milliseconds; at least two reports. Default 3 000. */
  readonly liveForMs?: number;
  /** The link to NATS. Default: none; then history, settings and status live in this process alone. */
  readonly nats?: NatsLink;
  /** What publishes into streams over that link. Default: one of its own. */
  readonly publisher?: AckedPublisher;
  /** Copies and place of the history's stream and of the bucket. Default: 1 copy, on disk. */
  readonly storage?: { readonly replicas?: number; readonly type?: 'file' | 'memory' };
  /** Base URL of a Prometheus that knows latencies this process has no samples of. Default: none. */
  readonly prometheusUrl?: string;
  /** How long Prometheus may take to answer, in milliseconds. Default 2 000. */
  readonly prometheusTimeoutMs?: number;
  /** How long the server may take to tell of a consumer, in milliseconds. Default 5 000. */
  readonly consumerTimeoutMs?: number;
  /** Monotonic time. Default: since the start of the process. */
  readonly clock?: Clock;
  /** Unix time, for what is stored and shown. Default: the system's. */
  readonly wall?: Clock;
  /** A number from 0 up to 1. Default: from a generator that the system has seeded. */
  readonly random?: () => number;
  /** Told of every fact. Default: nobody. */
  readonly observe?: Observer<OverloadEvent>;
}

type Optional = 'nats' | 'publisher' | 'prometheusUrl' | 'storage';

/** All options, with what was left out filled in. */
export type ResolvedOptions = Required<Omit<OverloadControlOptions, Optional>> &
  Pick<OverloadControlOptions, Optional>;

/** @throws RangeError when an option is out of its range. */
export function resolveOptions(options: OverloadControlOptions): ResolvedOptions {
  const reportEveryMs = options.reportEveryMs ?? 1_000;
  const resolved: ResolvedOptions = {
    replicaId: newReplicaId(),
    subjects: [],
    maxSubjects: 256,
    defaults: DEFAULT_SETTINGS,
    latencySamples: 1_000,
    latencyMaxAgeMs: 10_000,
    evaluateEveryMs: 100,
    liveForMs: 3 * reportEveryMs,
    prometheusTimeoutMs: 2_000,
    consumerTimeoutMs: 5_000,
    clock: monotonicClock,
    wall: wallClock,
    random: fastRandom(),
    observe: ignoreEvents,
    ...options,
    reportEveryMs,
  };
  assertRanges(resolved);
  return resolved;
}

/** The same wish about storage, as buckets take it. */
export function bucketStorageOf({ storage }: ResolvedOptions): BucketStorageOptions {
  const { type, replicas } = storage ?? {};
  return { ...(type && { storage: type }), ...(replicas && { replicas }) };
}

function assertRanges(options: ResolvedOptions): void {
  atLeast(1, 'maxSubjects', options.maxSubjects);
  atLeast(1, 'latencySamples', options.latencySamples);
  atLeast(1, 'latencyMaxAgeMs', options.latencyMaxAgeMs);
  atLeast(10, 'evaluateEveryMs', options.evaluateEveryMs);
  atLeast(100, 'reportEveryMs', options.reportEveryMs);
  atLeast(2 * options.reportEveryMs, 'liveForMs', options.liveForMs);
  if (!/^[\w.:-]{1,128}$/.test(options.replicaId)) {
    throw new RangeError(
      `replicaId must be 1 to 128 letters, digits, "_", ".", ":" or "-" (got ${shown(options.replicaId)})`,
    );
  }
}

function atLeast(least: number, option: string, value: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new RangeError(`${option} must be ${least} or more (got ${shown(value)})`);
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 64) ?? String(value);
}

function newReplicaId(): string {
  const host = hostname()
    .replaceAll(/[^\w.-]/g, '-')
    .slice(0, 64);
  return `${host}-${process.pid}-${randomBytes(2).toString('hex')}`;
}
