import { eventually, NatsParts, startTestNats, type TestNats } from '@beamline/testing';
import { jetstream, type JetStreamManager } from '@nats-io/jetstream';
import { BucketReader, LostPlaceError } from './bucket-reader.js';
import { ensureBucket } from './ensure-bucket.js';
import { subjectOfKey } from './mirrored-bucket.js';

let nats: TestNats;
const parts = new NatsParts(() => nats.url);

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());
afterEach(() => parts.end());

/** A reader of a new bucket whose audits get their answer when `answer` is called, always with `lastSeq` if that is given. */
async function anAuditedReader({ lastSeq }: { readonly lastSeq?: number } = {}) {
  const connection = await parts.connection();
  const manager = await parts.manager();
  const bucket = parts.name('bucket');
  const spec = { name: bucket, history: 1, storage: 'memory', replicas: 1, ttlMs: 0 } as const;
  const info = await ensureBucket(manager, { ...spec, maxBytes: -1, atLimit: 'refuse-new' });
  let isAsked = false;
  let answer = (): void => undefined;
  const streams = {
    info: async (stream: string) => {
      const now = await manager.streams.info(stream);
      isAsked = true;
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return { ...now, state: { ...now.state, last_seq: lastSeq ?? now.state.last_seq } };
    },
  };
  const jsm = Object.assign(Object.create(manager), { streams }) as JetStreamManager;
  const revisions: number[] = [];
  let audits = 0;
  const reader = new BucketReader(
    { jsm, bucket, auditEveryMs: 20, info },
    {
      changed: ({ revision }) => void revisions.push(revision),
      synced: () => undefined,
      audited: () => void (audits += 1),
    },
  );
  const js = jetstream(connection);
  const put = (key: string): Promise<unknown> => js.publish(subjectOfKey(bucket, key), 'value');
  const running = reader.run(undefined);
  const ended = running.then(
    () => undefined,
    (error: unknown) => error,
  );
  parts.onEnd(async () => {
    reader.end();
    answer();
    await ended;
  });
  return {
    put,
    revisions,
    ended,
    audits: () => audits,
    asked: () => eventually(() => isAsked),
    answer: () => answer(),
  };
}

it('takes an answer that is older than what was read meanwhile for no loss', async () => {
  const { put, revisions, audits, asked, answer } = await anAuditedReader();
  await asked();
  await put('a');
  await put('b');
  await eventually(() => revisions.length === 2);
  answer();

  await eventually(() => audits() > 0);
});

it('finds a bucket that was put back to an earlier state', async () => {
  const { put, revisions, ended, asked, answer } = await anAuditedReader({ lastSeq: 1 });
  await asked();
  await put('a');
  await put('b');
  await eventually(() => revisions.length === 2);
  const answering = setInterval(answer, 10);
  parts.onEnd(() => clearInterval(answering));

  expect(await ended).toBeInstanceOf(LostPlaceError);
});
