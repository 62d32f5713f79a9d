import { CONSUMERS, QUEUES, SUBJECTS } from '@beamline/contracts/core';
import { Type } from '@sinclair/typebox';
import {
  flag,
  integer,
  listOf,
  milliseconds,
  natsName,
  oneOf,
  optionalText,
  subject,
} from './key.js';

/** The doors on NATS: request/reply and the durable intake. */
export const intakeKeys = {
  decideSubject: subject(SUBJECTS.decide, 'Subject of request/reply.'),
  decideAsyncSubject: subject(
    SUBJECTS.decideAsync,
    'Subject of durable requests; `<subject>.>` is captured too.',
  ),
  requestMaxInFlight: integer(
    { from: 1, to: 1_000_000, byDefault: 10_000 },
    { about: 'Requests in hand on request/reply; at the bound the answer is an error at once.' },
  ),
  jetstreamEnabled: flag(true, 'Run the durable intake. The contract says false.'),
  jetstreamQueryTimeoutMs: milliseconds(5000, 'How long a question to JetStream may take.'),
  natsMaxPendingOperations: integer(
    { from: 1, to: 1_000_000, byDefault: 4096 },
    {
      about:
        'Publishes that may wait for their acknowledgement; at the bound a publish fails at once. The contract says 1000, of a queue that drops.',
    },
  ),
  natsJsDurableGroupDecide: natsName(CONSUMERS.decide, 'Durable consumer of the intake.'),
  natsJsDeliverGroupDecide: natsName(QUEUES.decide, 'Queue group of request/reply.'),
  natsJsAckWaitSeconds: integer(
    { from: 1, to: 3600, byDefault: 30 },
    { about: 'After how long an unacknowledged message is delivered again.', unit: 's' },
  ),
  natsJsMaxAckPending: integer(
    { from: 1, to: 1_000_000, byDefault: 1000 },
    { about: 'Durable requests in hand; the rest waits in the stream.' },
  ),
  natsRedeliveryJitterPercent: integer(
    { from: 0, to: 100, byDefault: 20 },
    { about: 'Spread of the redelivery delay around its base.', unit: '%' },
  ),
  jsMaxDeliverDecide: integer(
    { from: 1, to: 1000, byDefault: 5 },
    { about: 'Deliveries of a durable request before it is dead-lettered.' },
  ),
  jsBackoffDecide: listOf(Type.Integer({ minimum: 0, maximum: 3_600_000 }), {
    default: [1000, 5000, 15_000],
    minItems: 1,
    maxItems: 32,
    about: 'Delay before each redelivery; the last one repeats.',
    unit: 'ms',
  }),
  jsReplicas: integer(
    { from: 1, to: 5, byDefault: 1 },
    { about: 'Replicas of streams and buckets.' },
  ),
  jsStorage: oneOf(['file', 'memory'], 'file', 'Storage of streams and buckets.'),
  jsMaxBytes: integer(
    { from: 1_048_576, to: 1_099_511_627_776, byDefault: 1_073_741_824 },
    {
      about: 'Size of each stream; when the intake is full, publishers get an error.',
      unit: 'bytes',
    },
  ),
  dlqEnabled: flag(true, 'Publish dead letters.'),
  dlqSubjectPattern: optionalText(
    {
      about:
        'Subject of dead letters; `{subject}` stands for the original one. Not set: `<subject>.dlq`.',
      shape: 'a NATS subject without wildcards, in which {subject} may stand',
    },
    String.raw`^[^\s.*>]+(?:\.[^\s.*>]+)*$`,
  ),
  dlqIncludeFullMessage: flag(true, 'Put the whole message into the dead letter.'),
};
