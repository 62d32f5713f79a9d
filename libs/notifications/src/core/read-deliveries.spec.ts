import fc from 'fast-check';
import type { Delivery } from './delivery-log.js';
import { newestDeliveries, readDeliveries } from './read-deliveries.js';

const DELIVERY: Delivery = {
  atMs: 5,
  subject: 's',
  status: 'active',
  epoch: 1,
  seq: 2,
  outcome: 'failed',
  httpStatus: 500,
  failure: 'http_status',
  detail: 'answered 500',
  attempts: 3,
  durationMs: 7.5,
};

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it('reads what a replica writes', () => {
  const delivered: Delivery = {
    ...DELIVERY,
    outcome: 'delivered',
    failure: undefined,
    httpStatus: undefined,
  };

  expect(readDeliveries(json([DELIVERY, delivered]))).toEqual([DELIVERY, delivered]);
});

it('keeps nothing that it did not ask for', () => {
  expect(readDeliveries([{ ...DELIVERY, more: 'x' }])).toEqual([DELIVERY]);
});

it.each([
  ['no subject', { subject: 5 }],
  ['a subject that is too long', { subject: 'x'.repeat(1_024) }],
  ['a status that is too long', { status: 'x'.repeat(17) }],
  ['a detail that is too long', { detail: 'x'.repeat(1_025) }],
  ['an outcome of its own', { outcome: 'toString' }],
  ['a failure of its own', { failure: 'bored' }],
  ['a time before all time', { atMs: -1 }],
  ['an endless duration', { durationMs: Infinity }],
  ['half an attempt', { attempts: 0.5 }],
  ['an epoch that is a text', { epoch: '1' }],
  ['an HTTP status that is none', { httpStatus: null }],
])('leaves out one with %s', (_what, broken) => {
  expect(readDeliveries([{ ...DELIVERY, ...broken }, DELIVERY])).toEqual([DELIVERY]);
});

it('reads no more than a hundred', () => {
  expect(readDeliveries(Array.from({ length: 1_000 }, () => DELIVERY))).toHaveLength(100);
});

it('never throws', () => {
  fc.assert(fc.property(fc.anything(), (value) => Array.isArray(readDeliveries(value))));
});

it('puts the newest of all replicas first, none twice, and no more than wanted', () => {
  const at = (atMs: number): Delivery => ({ ...DELIVERY, atMs });

  const newest = newestDeliveries([[at(3), at(1)], [at(2)], [at(3)]], 2);

  expect(newest.map(({ atMs }) => atMs)).toEqual([3, 2]);
});
