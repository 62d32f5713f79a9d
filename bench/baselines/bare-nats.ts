// The least a responder on this client library can do: answer bytes with bytes. With PARSE=true it also reads the request and
// writes the answer as JSON.
import { connect } from '@nats-io/transport-node';
import { CANNED_ANSWER } from '../load/payloads.js';
import { required, sayReady } from './say-ready.js';

interface Request {
  readonly request_id: string;
  readonly trace_id: string;
}

const nc = await connect({ servers: required('NATS_URL'), name: 'bench-bare' });
const subject = required('SUBJECT');
const canned = new TextEncoder().encode(CANNED_ANSWER);
const answer = JSON.parse(CANNED_ANSWER);
const isParsing = process.env['PARSE'] === 'true';

nc.subscribe(subject, {
  queue: 'bench',
  callback: (_, message) => {
    if (!isParsing) {
      message.respond(canned);
      return;
    }
    const { request_id, trace_id }: Request = message.json();
    message.respond(JSON.stringify({ ...answer, context: { request_id, trace_id } }));
  },
});
await nc.flush();
sayReady({ subject });
