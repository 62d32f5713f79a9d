import { recorder } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import type { GatewayEvent } from '../core/gateway.events.js';
import type { Heard, RouterLoad } from '../core/router-load.js';
import { NotificationInbox } from './notification-inbox.js';
import { RequestReader } from './request-reader.js';
import type { WebhookReceiverOptions } from './webhook-receiver.js';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NOTIFICATION = {
  type: 'backpressure_status',
  status: 'active',
  subject: 's',
  epoch: 1,
  seq: 1,
};

const seen = recorder<GatewayEvent>();
const delivered: RouterLoad[] = [];
let heard: Heard | undefined;

const inboxWith = (options: WebhookReceiverOptions | undefined): NotificationInbox =>
  new NotificationInbox(options, {
    reader: new RequestReader(() => 'ab'.repeat(16)),
    deliver: (load) => {
      delivered.push(load);
      return heard;
    },
    observe: seen.observe,
  });

/** What the router posts, signed now. */
const posted = (document: object, id = 'm-1') => {
  const body = JSON.stringify(document);
  const at = new Date();
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign(id, at, body),
    },
    body: new TextEncoder().encode(body),
  };
};

beforeEach(() => {
  seen.clear();
  delivered.length = 0;
  heard = { accepted: true, changed: true };
});

it('thanks for a notification, and hands its load on', () => {
  const { headers, body } = posted(NOTIFICATION);

  const answer = inboxWith({ secrets: [SECRET] }).receive(headers, body);

  expect(answer).toMatchObject({ status: 204, body: '' });
  expect(delivered).toMatchObject([{ subject: 's', status: 'active', epoch: 1, seq: 1 }]);
  expect(seen.events).toEqual([{ type: 'webhook-received', outcome: 'heard' }]);
});

it.each<[string, Heard | undefined, string]>([
  ['was heard over NATS before', { accepted: false, reason: 'replayed' }, 'heard'],
  ['comes from an earlier leader', { accepted: false, reason: 'old_epoch' }, 'heard'],
  ['is about a subject that nobody follows', undefined, 'not_followed'],
])('thanks for a notification that %s: it did arrive', (...[, result, outcome]) => {
  heard = result;
  const { headers, body } = posted(NOTIFICATION);

  expect(inboxWith({ secrets: [SECRET] }).receive(headers, body).status).toBe(204);
  expect(seen.events).toEqual([{ type: 'webhook-received', outcome }]);
});

it('refuses what is not signed, in the error body of the contract', () => {
  const { headers, body } = posted(NOTIFICATION);
  const forged = { ...headers, 'webhook-id': 'other' };

  const answer = inboxWith({ secrets: [SECRET] }).receive(forged, body);

  expect(answer.status).toBe(401);
  expect(JSON.parse(String(answer.body))).toMatchObject({
    ok: false,
    error: { code: 'unauthorized', message: 'no signature fits', details: { problem: 'forged' } },
  });
  expect(delivered).toEqual([]);
  expect(seen.events).toEqual([{ type: 'webhook-received', outcome: 'forged' }]);
});

it('refuses what comes twice', () => {
  const { headers, body } = posted(NOTIFICATION);
  const inbox = inboxWith({ secrets: [SECRET] });
  inbox.receive(headers, body);

  expect(inbox.receive(headers, body).status).toBe(409);
  expect(delivered).toHaveLength(1);
});

it('refuses what is signed but no notification, and says which rule it breaks', () => {
  const { headers, body } = posted({ ...NOTIFICATION, status: 'on fire' });

  const answer = inboxWith({ secrets: [SECRET] }).receive(headers, body);

  expect(answer.status).toBe(400);
  expect(String(answer.body)).toContain('status must be active, warning, inactive or unknown');
  expect(seen.events).toEqual([{ type: 'webhook-received', outcome: 'malformed' }]);
});

it('is not there where no secret is shared', () => {
  const { headers, body } = posted(NOTIFICATION);

  const answer = inboxWith(undefined).receive(headers, body);

  expect(answer.status).toBe(404);
  expect(delivered).toEqual([]);
});
