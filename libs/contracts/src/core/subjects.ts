import { kvKey } from './kv-key.js';

/** Subjects the router serves and publishes to (defaults of the configuration). */
export const SUBJECTS = {
  /** Request/reply decide over core NATS. */
  decide: 'beamline.router.v1.decide',
  /** Durable decide: captured by the stream `router-stream`. */
  decideAsync: 'beamline.router.v1.decide.async',
  /** Where the durable door answers when the request has no `x-reply-to` header. */
  decideReply: 'beamline.router.v1.decide.reply',
  /** Request/reply lookup of a recorded decision. */
  getDecision: 'beamline.router.v1.get_decision',
  /** Request/reply query for the overload status of a subject. */
  statusBackpressure: 'beamline.router.v1.status.backpressure',
  /** The same under the name planned for version 2. */
  statusBackpressureV2: 'beamline.router.v2.status.backpressure',
  /** What the replicas of a router tell each other about their load. */
  overloadReport: 'beamline.router.v1.overload.report',
  /** Below it lies everything that the stream `router-events` keeps. */
  events: 'beamline.router.v1.events',
  /** Below it, one subject per subject whose overload status has a history. */
  backpressureEvents: 'beamline.router.v1.events.backpressure',
  /** Alerts as they are kept in the stream `router-events`. */
  alertEvents: 'beamline.router.v1.events.alert',
  /** Request/reply: a gateway asks to be told of overload by HTTP. */
  gatewayRegister: 'beamline.gateway.v1.register',
  /** Request/reply: a gateway asks to be told no longer. */
  gatewayUnregister: 'beamline.gateway.v1.unregister',
  /** Request/reply: who is told by HTTP. */
  gatewayList: 'beamline.gateway.v1.list',
  /** Where replicas of a router ask each other what became of notifications to an endpoint. */
  gatewayDeliveries: 'beamline.gateway.v1.deliveries',
  /** Below it, one subject per subject whose load gateways are told of (core NATS, kept by no stream). */
  gatewayBackpressure: 'beamline.gateway.v1.backpressure',
} as const;

/** What a gateway subscribes to, to be told of the load of every subject. */
export const NOTIFICATION_SUBJECTS = `${SUBJECTS.gatewayBackpressure}.*`;

/** Where alerts are published, by severity. */
export const ALERT_SUBJECTS = {
  critical: 'beamline.alert.v1.critical',
  warning: 'beamline.alert.v1.warning',
  info: 'beamline.alert.v1.info',
} as const;

/** Streams the router provisions. */
export const STREAMS = {
  router: 'router-stream',
  dlq: 'router-dlq',
  events: 'router-events',
} as const;

/** Key-value buckets the router provisions. */
export const BUCKETS = {
  policies: 'beamline_policies',
  sticky: 'beamline_sticky',
  idempotency: 'beamline_idempotency',
  /** Overload thresholds and policies, and what is to be known of the past after a restart. */
  backpressure: 'beamline_backpressure',
  /** Endpoints of gateways that are told of overload by HTTP. */
  gateways: 'beamline_gateways',
} as const;

/** Durable consumers (the server's cursors). */
export const CONSUMERS = { decide: 'router-decide-consumer' } as const;

/** Queue groups of the request/reply doors: one replica answers each request. */
export const QUEUES = {
  decide: 'router-decide-group',
  getDecision: 'router-get-decision-group',
  statusBackpressure: 'router-status-backpressure-group',
  gateways: 'router-gateways-group',
} as const;

/** Where the history of the overload status of `subject` is published. */
export function backpressureEventSubject(subject: string): string {
  return `${SUBJECTS.backpressureEvents}.${kvKey(subject)}`;
}

/** Where gateways are told of the load of `subject`: the subject is one token of it, however many it has itself. */
export function notificationSubjectOf(subject: string): string {
  return `${SUBJECTS.gatewayBackpressure}.${kvKey(subject)}`;
}

const DURABLE_TAIL = /\.async(?:\..*)?$/;

/** The subjects a durable door listens to: the subject itself and everything below it (one subject per tenant). */
export function durableSubjects(subject: string): readonly [string, string] {
  return [subject, `${subject}.>`];
}

/**
 * Where messages of `subject` go when they are dead: `<subject>.dlq`, without the durable tail (`.async`, `.async.<tenant>`),
 * because what is published below the durable subject is captured as new work.
 * `pattern` overrides the rule; `{subject}` in it stands for the subject without its durable tail.
 */
export function dlqSubjectOf(subject: string, pattern?: string): string {
  const base = subject.replace(DURABLE_TAIL, '');
  return pattern ? pattern.replaceAll('{subject}', base) : `${base}.dlq`;
}

/** Whether a subject is answered over its reply inbox even though the message itself carries no reply address. */
export function isRequestReplySubject(subject: string): boolean {
  return subject === SUBJECTS.decide || subject === SUBJECTS.getDecision;
}

/** A subject that can be published to: tokens joined by dots, without spaces and wildcards. */
export const SUBJECT_PATTERN = /^[^\s.*>]+(?:\.[^\s.*>]+)*$/;
