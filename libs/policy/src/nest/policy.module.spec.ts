import { eventually, startTestNats, type TestNats } from '@beamline/testing';
import { Test } from '@nestjs/testing';
import { aNatsSource, NO_NATS } from '../adapters/policy-stores.fixture.js';
import { PolicyStore } from '../adapters/policy-store.js';
import { SnapshotSource } from '../adapters/snapshot-source.js';
import { StickyStore } from '../adapters/sticky-store.js';
import { PolicyModule } from './policy.module.js';

let nats: TestNats;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

it('starts with the application, also without NATS', async () => {
  const module = await Test.createTestingModule({
    imports: [PolicyModule.forRoot({ nats: NO_NATS })],
  }).compile();

  await module.init();

  expect(module.get(PolicyStore).state).toMatchObject({ seeded: true, bucket: 'connecting' });
  expect(module.get(PolicyStore).find('acme', undefined).ok).toBe(true);
  await module.close();
});

it('writes at shutdown the pins that still wait', async () => {
  const { source, connection } = await aNatsSource(nats.url);
  ends.push(() => connection.close());
  const options = { nats: source, sticky: { flushEveryMs: 60_000 } };
  const before = await Test.createTestingModule({
    imports: [PolicyModule.forRootAsync({ useFactory: () => options })],
  }).compile();
  await before.init();
  await eventually(() => before.get(StickyStore).state.bucket === 'synced');
  before.get(StickyStore).pin({
    tenantId: 'acme',
    sessionKey: 's',
    providerId: 'openai',
    ttlMs: 60_000,
  });

  await before.close();

  const after = await Test.createTestingModule({
    imports: [PolicyModule.forRoot({ nats: source })],
  }).compile();
  ends.push(() => after.close());
  await after.init();
  const nowMs = Date.now();
  await eventually(
    () => after.get(SnapshotSource).at(nowMs).pinnedProvider('acme', 's') === 'openai',
  );
});
