import type { OverloadControl, SubjectStatus } from '@beamline/backpressure';
import {
  backpressureEvent,
  type BackpressureEventDocument,
  backpressureHealth,
  type BackpressureHealthDocument,
  backpressureStatus,
  type BackpressureStatusDocument,
  detailedStatus,
  type DetailedStatusDocument,
  unknownStatus,
  type UnknownStatusDocument,
} from '@beamline/contracts/core';
import type { SubjectAggregates } from '@beamline/backpressure/core';
import type { Clock } from '@beamline/kernel';

/** Status of one subject, or why there is none. */
export type StatusDocument = BackpressureStatusDocument | UnknownStatusDocument;

/** Which events are wanted. */
export interface EventQuery {
  /** All subjects when left out. */
  readonly subject?: string | undefined;
  /** Default 100, at most 1000. */
  readonly limit?: number | undefined;
  /** Unix milliseconds. Default: from the beginning. */
  readonly sinceMs?: number | undefined;
}

const DEFAULT_LIMIT = 100;
const MOST_EVENTS = 1000;
/** Tokens of a subject that name a tenant and a provider, counted from 0. */
const TENANT_TOKEN = 4;
const PROVIDER_TOKEN = 5;

/** Answers questions about load, as documents of the contract. The same answers go over NATS and HTTP. */
export class BackpressureQueries {
  constructor(
    private readonly control: OverloadControl,
    /** Asked about where a question names no subject. */
    private readonly defaultSubject: string,
    private readonly wall: Clock,
  ) {}

  /** The status of a subject as it is now. */
  async status(subject: unknown): Promise<StatusDocument> {
    return toDocument(await this.control.status(subject));
  }

  /** The status of the decide subject. */
  defaultStatus(): Promise<StatusDocument> {
    return this.status(this.defaultSubject);
  }

  /** The status with the whole policy and the last recovery. */
  async detail(subject: string): Promise<DetailedStatusDocument | UnknownStatusDocument> {
    const status = await this.control.status(subject);
    return status.status === 'unknown'
      ? unknownStatus(status.subject, status.error, status.timestampMs)
      : detailedStatus(status);
  }

  /** Every subject that has a status or a history here. */
  all(): Promise<readonly StatusDocument[]> {
    return this.#statuses(() => true);
  }

  /** Subjects that name the tenant as their fifth token. */
  ofTenant(tenant: string): Promise<readonly StatusDocument[]> {
    return this.#statuses((subject) => subject.split('.')[TENANT_TOKEN] === tenant);
  }

  /** Subjects that name the provider as their sixth token. */
  ofProvider(provider: string): Promise<readonly StatusDocument[]> {
    return this.#statuses((subject) => subject.split('.')[PROVIDER_TOKEN] === provider);
  }

  /** Everything that happened, the newest first. */
  events({ subject, limit, sinceMs }: EventQuery): readonly BackpressureEventDocument[] {
    return this.control.history.entries(subject, queryOf(limit, sinceMs)).map(backpressureEvent);
  }

  /** Changes of the status of a subject, the newest first. */
  history(subject: string, { limit, sinceMs }: EventQuery): readonly BackpressureEventDocument[] {
    return this.control.history
      .statusHistory(subject, queryOf(limit, sinceMs))
      .map(backpressureEvent);
  }

  /** Events of a subject per window and in all. */
  aggregates(subject: string): SubjectAggregates {
    return this.control.history.aggregates(subject, this.wall.nowMs());
  }

  /** Whether no subject is active. */
  health(): BackpressureHealthDocument {
    return backpressureHealth(this.control.health());
  }

  async #statuses(isWanted: (subject: string) => boolean): Promise<readonly StatusDocument[]> {
    const subjects = new Set([...this.control.subjects(), ...this.control.history.subjects()]);
    return Promise.all([...subjects].filter(isWanted).map((subject) => this.status(subject)));
  }
}

function toDocument(status: SubjectStatus): StatusDocument {
  return status.status === 'unknown'
    ? unknownStatus(status.subject, status.error, status.timestampMs)
    : backpressureStatus(status);
}

function queryOf(limit = DEFAULT_LIMIT, sinceMs?: number) {
  const bounded = { limit: Math.min(MOST_EVENTS, limit) };
  return sinceMs === undefined ? bounded : { ...bounded, sinceMs };
}
