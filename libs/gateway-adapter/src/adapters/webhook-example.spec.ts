import { readFileSync } from 'node:fs';
import { FakeClock } from '@beamline/testing';
import { readNotification } from '../core/read-load.js';
import { WebhookReceiver } from './webhook-receiver.js';

/** The text of a page behind a phrase, up to the end of the line. */
const after = (page: string, phrase: string): string =>
  page.slice(page.indexOf(phrase) + phrase.length).split('\n', 1)[0] ?? '';

it('believes the example of docs/api-contracts.md', () => {
  const page = readFileSync('docs/api-contracts.md', 'utf8');
  const example = /```json\n(?<json>\{\s+"type": "backpressure_status"[\s\S]*?)```/.exec(page);
  const body = JSON.stringify(JSON.parse(example?.groups?.['json'] ?? ''));
  const secret = /whsec_\S+=/.exec(page)?.[0] ?? '';
  const headers = {
    'webhook-id': after(page, '\nwebhook-id: '),
    'webhook-timestamp': after(page, '\nwebhook-timestamp: '),
    'webhook-signature': after(page, '\nwebhook-signature: '),
  };
  const wall = new FakeClock(Number(headers['webhook-timestamp']) * 1000);

  const received = new WebhookReceiver({ secrets: [secret], wall }).receive(
    headers,
    new TextEncoder().encode(body),
  );

  expect(received).toMatchObject({ ok: true });
  expect(received.ok && readNotification(received.value)).toMatchObject({
    ok: true,
    load: { status: 'active', epoch: 1_763_999_000_000, seq: 42, credit: 118.5 },
  });
});
