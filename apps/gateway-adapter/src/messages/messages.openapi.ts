import { described } from '../openapi/described.js';

const tag = 'messages';
const tenant = { 'X-Tenant-ID': 'The tenant. Required, unless the caller has only one.' };

/** What the OpenAPI document says of the routes of messages. */
export const MessageRoutes = {
  publish: described({
    tag,
    id: 'publishMessage',
    summary: 'Have a request decided later',
    description:
      'The request waits in a stream until the router has room for it, and survives restarts of everybody. Sending it again with the same `request_id` and body is harmless: it gets the recorded decision.',
    body: 'DecideRequest',
    headers: {
      'X-Tenant-ID': "The tenant; beats the body's.",
      'X-Trace-ID': 'The trace, given back with the answer.',
      traceparent: 'W3C trace context.',
      'Idempotency-Key': 'Repeats with the same key and body get the recorded decision.',
    },
    answers: {
      202: {
        about: 'The request is in the stream; `Location` is where to ask for it.',
        schema: 'MessageResponse',
      },
    },
    errors: [400, 413, 415, 500, 503],
  }),
  find: described({
    tag,
    id: 'getMessage',
    summary: 'Where a message stands',
    headers: tenant,
    answers: { 200: { about: 'Where it stands.', schema: 'MessageResponse' } },
    errors: [400, 404, 500, 503],
  }),
  stream: described({
    tag,
    id: 'streamMessage',
    summary: 'Every step of a message, as it happens',
    headers: {
      ...tenant,
      'Last-Event-ID': 'The last event seen, at whatever gateway: only what came after it is told.',
    },
    answers: {
      200: { about: 'The events.', schema: 'EventStream', type: 'text/event-stream' },
      204: { about: 'All has been told: do not come back.' },
    },
    errors: [400, 404, 500, 503],
  }),
};
