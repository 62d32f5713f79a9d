import { described } from '../openapi/described.js';

const tag = 'decide';
const headers = {
  'X-Tenant-ID': "The tenant; beats the body's.",
  'X-Trace-ID': 'The trace, given back with the answer.',
  traceparent: 'W3C trace context.',
  'Idempotency-Key': 'Repeats with the same key and body get the recorded decision.',
  'X-Criticality':
    '`critical_plus`, `critical`, `default`, `sheddable_plus`, `sheddable`: what is kept out last, and first.',
  'X-Timeout-Ms': 'How long the caller still waits, in milliseconds.',
};

/** What the OpenAPI document says of the decide routes. */
export const DecideRoutes = {
  decide: described({
    tag,
    id: 'decide',
    summary: 'Decide which provider serves a task',
    body: 'DecideRequest',
    headers,
    answers: { 200: { about: 'The decision.', schema: 'DecideResponse' } },
    errors: [400, 404, 413, 415, 500, 503, 504],
  }),
  getDecision: described({
    tag,
    id: 'getDecision',
    summary: 'What was decided for an earlier request',
    headers: { 'X-Tenant-ID': 'The tenant. Required, unless the caller has only one.' },
    answers: { 200: { about: 'The recorded decision.', schema: 'DecideResponse' } },
    errors: [400, 404, 500, 503],
  }),
};
