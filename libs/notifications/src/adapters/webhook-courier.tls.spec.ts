import { aCertificate } from './certificate.fixture.js';
import { EndpointGuard } from './endpoint-guard.js';
import { anEndpoint, answerYes, WebhookParts } from './webhook.fixture.js';

const DAY_MS = 86_400_000;

const parts = new WebhookParts();
afterEach(() => parts.end());

describe('The bearer token', () => {
  const bearerToken = 'pass-word';

  it('goes where nobody on the way can read it', async () => {
    const certificate = aCertificate();
    const gateway = await parts.gateway(answerYes, certificate);
    await parts.fateAt(gateway.endpoint, { bearerToken, authorities: [certificate.cert] });

    expect(gateway.received[0]?.headers.authorization).toBe('Bearer pass-word');
  });

  it('does not go over plain HTTP to another machine', async () => {
    const gateway = await parts.gateway();
    const fate = await parts.fateAt(anEndpoint(`http://gateway.test:${gateway.port}/`), {
      bearerToken,
      guard: new EndpointGuard({ hosts: ['gateway.test', '127.0.0.1'] }),
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });

    expect(fate.outcome).toBe('delivered');
    expect(gateway.received[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('Over TLS, a notification', () => {
  it('arrives where the certificate is trusted', async () => {
    const certificate = aCertificate();
    const gateway = await parts.gateway(answerYes, certificate);

    expect(await parts.fateAt(gateway.endpoint, { authorities: [certificate.cert] })).toMatchObject(
      {
        outcome: 'delivered',
      },
    );
  });

  it.each([
    ['has expired', aCertificate({ to: new Date(Date.now() - DAY_MS / 2) }), 'CERT_HAS_EXPIRED'],
    ['is not valid yet', aCertificate({ from: inHalfADay() }), 'CERT_NOT_YET_VALID'],
  ])('does not go where the certificate %s', async (_, certificate, reason) => {
    const gateway = await parts.gateway(answerYes, certificate);

    const authorities = [certificate.cert];

    expect(await parts.fateAt(gateway.endpoint, { authorities, maxAttempts: 2 })).toMatchObject({
      failure: 'tls',
      attempts: 2,
      detail: expect.stringContaining(reason),
    });
    expect(gateway.received).toHaveLength(0);
  });

  it('does not go where nobody vouches for the certificate', async () => {
    const gateway = await parts.gateway(answerYes, aCertificate());

    expect(await parts.fateAt(gateway.endpoint)).toMatchObject({
      failure: 'tls',
      detail: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
    expect(gateway.received).toHaveLength(0);
  });

  it('does not go where the certificate is for another host', async () => {
    const certificate = aCertificate();
    const gateway = await parts.gateway(answerYes, certificate);
    const endpoint = anEndpoint(`https://gateway.test:${gateway.port}/`);

    const fate = await parts.fateAt(endpoint, {
      authorities: [certificate.cert],
      guard: new EndpointGuard({ hosts: ['gateway.test', '127.0.0.1'] }),
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });

    expect(fate).toMatchObject({
      failure: 'tls',
      detail: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });

  it('does not go where something else than TLS is spoken', async () => {
    const { port } = await parts.gateway();

    expect(await parts.fateAt(anEndpoint(`https://127.0.0.1:${port}/`))).toMatchObject({
      failure: 'tls',
    });
  });
});

function inHalfADay(): Date {
  return new Date(Date.now() + DAY_MS / 2);
}
