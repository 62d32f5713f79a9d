// Consume, publish, ack with the JetStream client and nothing else.
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { CANNED_ANSWER } from '../load/payloads.js';
import { required, sayReady } from './say-ready.js';

interface Request {
  readonly request_id: string;
  readonly trace_id: string;
}

const nc = await connect({ servers: required('NATS_URL'), name: 'bench-bare-intake' });
const consumer = await jetstream(nc).consumers.get(required('STREAM'), required('CONSUMER'));
const answer = JSON.parse(CANNED_ANSWER);
await consumer.consume({
  max_messages: Number(required('MAX_MESSAGES')),
  callback: (message) => {
    const { request_id, trace_id } = message.json<Request>();
    const replyTo = message.headers?.get('x-reply-to') ?? '';
    nc.publish(replyTo, JSON.stringify({ ...answer, context: { request_id, trace_id } }));
    message.ack();
  },
});
sayReady();
