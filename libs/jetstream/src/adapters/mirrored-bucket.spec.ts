import type { StreamConfig } from '@nats-io/jetstream';
import { type MirroredBucket, incompatibilities, streamConfigOf } from './mirrored-bucket.js';

const want: MirroredBucket = {
  name: 'policies',
  history: 64,
  storage: 'file',
  replicas: 1,
  ttlMs: 0,
  maxBytes: -1,
  atLimit: 'refuse-new',
};
const have = streamConfigOf(want) as StreamConfig;

it('accepts the bucket that it would create itself', () => {
  expect(incompatibilities(want, have)).toEqual([]);
});

it.each([
  [{ max_msgs_per_subject: -1 }, 'a history without limit'],
  [{ num_replicas: 3 }, 'more copies'],
  [{ max_bytes: 5_000_000 }, 'another limit of its size'],
  [{ description: 'ours' }, 'a description'],
])('accepts %j: %s does no harm', (change: Partial<StreamConfig>, _what: string) => {
  expect(incompatibilities(want, { ...have, ...change })).toEqual([]);
});

it.each([
  [{ max_msgs_per_subject: 1 }, 'history must be at least 64 (has 1)'],
  [{ storage: 'memory' }, 'storage must be file (has memory)'],
  [{ max_age: 5e9 }, 'TTL must be 0 ms (has 5000 ms)'],
  [{ subjects: ['other.>'] }, 'subjects must include $KV.policies.> (has other.>)'],
  [{ sealed: true }, 'it is sealed'],
])('refuses %j, naming the setting', (change, problem) => {
  expect(incompatibilities(want, { ...have, ...change } as StreamConfig)).toEqual([problem]);
});

it('refuses fewer copies than wanted', () => {
  expect(incompatibilities({ ...want, replicas: 3 }, have)).toEqual([
    'replicas must be at least 3 (has 1)',
  ]);
});
