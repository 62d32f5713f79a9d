import { Kvm } from '@nats-io/kv';
import { kvKey } from '@beamline/contracts/core';
import { eventually } from '@beamline/testing';
import { aRequest } from './requests.js';
import { AppProcess, type Stack, startStack } from './stack.js';

let stack: Stack;
let other: AppProcess;

beforeAll(async () => {
  stack = await startStack();
  other = await AppProcess.start('router', { NATS_URL: stack.nats.url, LOG_LEVEL: 'warn' });
});

afterAll(async () => {
  await other.stop();
  await stack.stop();
});

async function write(policyId: string, document: unknown): Promise<void> {
  const bucket = await new Kvm(stack.nc).open('beamline_policies');
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  await bucket.put(kvKey('acme', policyId), text);
}

/** The provider each replica explains for a policy that has but one. */
async function providersOf(policyId: string): Promise<(string | undefined)[]> {
  return Promise.all(
    [stack.router, other].map(async (replica) => {
      const response = await fetch(`${replica.addresses.http}/api/v1/explain`, {
        method: 'POST',
        body: JSON.stringify(aRequest({ policy_id: policyId })),
      });
      return ((await response.json()) as any).explanation?.provider_id;
    }),
  );
}

function aPolicy(policyId: string, provider: string): unknown {
  return { tenant_id: 'acme', policy_id: policyId, providers: [{ name: provider, weight: 100 }] };
}

it('takes a new policy on every replica', async () => {
  await write('fresh', aPolicy('fresh', 'provider-a'));

  await eventually(async () =>
    expect(await providersOf('fresh')).toEqual(['provider-a', 'provider-a']),
  );
});

it('keeps the good policy when a bad document comes, and says what is wrong', async () => {
  await write('guarded', aPolicy('guarded', 'provider-a'));
  await eventually(async () =>
    expect(await providersOf('guarded')).toEqual(['provider-a', 'provider-a']),
  );

  await write('guarded', {
    tenant_id: 'acme',
    policy_id: 'guarded',
    providers: [{ name: 'x', weight: 'much' }],
  });

  await eventually(() => expect(stack.router.log).toMatch(/providers.*weight/));
  expect(await providersOf('guarded')).toEqual(['provider-a', 'provider-a']);
});

it('answers decision_failed for a policy whose providers all weigh nothing', async () => {
  await write('weightless', {
    tenant_id: 'acme',
    policy_id: 'weightless',
    providers: [{ name: 'x', weight: 0 }],
    fallbacks: [{ when: { status: 'never' }, to: 'y' }],
  });

  await eventually(async () => {
    const reply = await stack.nc.request(
      'beamline.router.v1.decide',
      JSON.stringify(aRequest({ policy_id: 'weightless' })),
      { timeout: 20_000 },
    );
    expect(reply.json<any>().error?.code).toBe('decision_failed');
  });
});

it('decides by the last known policies while NATS is away, and says so in its health', async () => {
  await stack.nats.kill();

  expect(await providersOf('fresh')).toEqual(['provider-a', 'provider-a']);
  const readiness = await fetch(`${stack.router.addresses.http}/health/ready`);
  await stack.nats.restart();

  expect(readiness.status).toBe(503);
  await eventually(async () => {
    expect((await fetch(`${stack.router.addresses.http}/health/ready`)).status).toBe(200);
  });
});
