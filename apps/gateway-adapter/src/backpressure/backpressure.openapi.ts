import { described } from '../openapi/described.js';

const tag = 'backpressure';

/** What the OpenAPI document says of the routes of load. */
export const BackpressureRoutes = {
  status: described({
    tag,
    id: 'getBackpressure',
    summary: "The router's load, and what the gateway does about it",
    answers: { 200: { about: 'The load.', schema: 'Load' } },
  }),
  notify: described({
    tag,
    id: 'receiveNotification',
    summary: "Takes the router's notification of its load",
    description:
      'Signed by the scheme of Standard Webhooks. Unsigned, stale, forged and replayed ones are refused.',
    body: 'Notification',
    headers: {
      'webhook-id': 'The same on every attempt to deliver it.',
      'webhook-timestamp': 'Of the attempt, in Unix seconds.',
      'webhook-signature': '`v1,<base64>`; several are separated by spaces.',
    },
    answers: { 204: { about: 'Taken.' } },
    errors: [400, 401, 404, 409, 413, 415],
    isOpen: true,
  }),
};
