import { createHmac, randomBytes } from 'node:crypto';
import { aNotification } from './webhook.fixture.js';
import { WebhookSecretError, WebhookSigner } from './webhook-signer.js';

const NOW_MS = 1_700_000_000_999;

describe('A signature', () => {
  it('is the HMAC of id, time and body that the specification asks for', () => {
    const key = randomBytes(24);
    const letter = new WebhookSigner({ secrets: [secretOf(key)] }).letter(aNotification());

    const headers = letter.headersAt(NOW_MS);

    const signed = `${letter.id}.1700000000.${Buffer.from(letter.body).toString()}`;
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers).toMatchObject({
      'webhook-id': letter.id,
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${expected}`,
    });
  });

  it('is there once for each secret, in their order', () => {
    const keys = [randomBytes(24), randomBytes(64)];
    const both = signatureOf(keys.map(secretOf));

    expect(both).toBe(keys.map((key) => signatureOf([secretOf(key)])).join(' '));
  });

  it('is another in the next second', () => {
    const letter = new WebhookSigner({ secrets: [secretOf(randomBytes(24))] }).letter(
      aNotification(),
    );

    const [first, same, next] = [NOW_MS, NOW_MS - 999, NOW_MS + 1].map(
      (nowMs) => letter.headersAt(nowMs)['webhook-signature'],
    );

    expect(same).toBe(first);
    expect(next).not.toBe(first);
  });

  it('is not there without secrets', () => {
    const headers = new WebhookSigner().letter(aNotification()).headersAt(NOW_MS);

    expect(headers).not.toHaveProperty('webhook-signature');
    expect(headers).not.toHaveProperty('authorization');
  });
});

describe('The id of a notification', () => {
  it('names epoch and place, and tells subjects apart', () => {
    const ids = [
      { epoch: 5, seq: 1 },
      { epoch: 5, seq: 2 },
      { epoch: 6, seq: 1 },
      { subject: 'b' },
    ].map((changes) => new WebhookSigner().letter(aNotification(changes)).id);

    expect(ids[0]).toMatch(/^5-1-[\w-]{16}$/);
    expect(new Set(ids).size).toBe(4);
  });

  it('can stand in a header, whatever the subject is', () => {
    const { id } = new WebhookSigner().letter(aNotification({ subject: 'größe\r\nx: y' }));

    expect(id).toMatch(/^[\w-]+$/);
  });
});

describe('A secret', () => {
  it.each([
    ['', 'no secret'],
    ['c2VjcmV0LXdvcmQtc2VjcmV0LXdvcmQtc2VjcmV0', 'no prefix'],
    [secretOf(randomBytes(23)), 'too short'],
    [secretOf(randomBytes(65)), 'too long'],
    ['whsec_secret-word secret-word secret-word', 'no base64'],
  ])('%j is refused by its place and without being shown: %s', (secret) => {
    const make = (): WebhookSigner =>
      new WebhookSigner({ secrets: [secretOf(randomBytes(24)), secret] });

    expect(make).toThrow(WebhookSecretError);
    expect(make).toThrow(/^webhook secret 2 must be whsec_ and the base64 of 24 to 64 bytes$/);
  });

  it.each(['', 'two words', 'line\nbreak', 'a'.repeat(4097)])(
    'such as the token %j is refused without being shown',
    (bearerToken) => {
      expect(() => new WebhookSigner({ bearerToken })).toThrow(
        /^webhook bearer token must be 1 to 4096 visible ASCII characters$/,
      );
    },
  );
});

function secretOf(key: Buffer): string {
  return `whsec_${key.toString('base64')}`;
}

function signatureOf(secrets: readonly string[]): string | undefined {
  const letter = new WebhookSigner({ secrets }).letter(aNotification());
  return letter.headersAt(NOW_MS)['webhook-signature'];
}
