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
} as const;

/** Durable consumers (the server's cursors). */
export const CONSUMERS = { decide: 'router-decide-consumer' } as const;

/** Queue groups of the request/reply doors: one replica answers each request. */
export const QUEUES = {
  decide: 'router-decide-group',
  getDecision: 'router-get-decision-group',
} as const;

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
