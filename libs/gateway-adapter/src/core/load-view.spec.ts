import { LoadView } from './load-view.js';
import { aContractLoad, aLoad } from './router-load.fixture.js';

it('believes what was pushed for as long as it says', () => {
  const view = new LoadView();
  view.hear(aLoad({ status: 'active', ttlMs: 3_000 }), 'push', 0);

  expect(view.load(2_999)?.status).toBe('active');
  expect(view.load(3_000)).toBeUndefined();
  expect(view.arePushesLost(3_000)).toBe(true);
});

it('believes nothing for more than a minute', () => {
  const view = new LoadView();
  view.hear(aLoad({ ttlMs: 86_400_000 }), 'push', 0);

  expect(view.load(60_000)).toBeUndefined();
});

it('believes nothing that says it holds for no time', () => {
  const view = new LoadView();
  view.hear(aLoad({ ttlMs: Number.NaN }), 'push', 0);

  expect(view.load(0)).toBeUndefined();
});

it.each`
  epoch | seq  | reason
  ${5}  | ${6} | ${'replayed'}
  ${5}  | ${5} | ${'out_of_order'}
  ${4}  | ${9} | ${'old_epoch'}
`('refuses epoch $epoch, count $seq after 5, 6: $reason', ({ epoch, seq, reason }) => {
  const view = new LoadView();
  view.hear(aLoad({ epoch: 5, seq: 6 }), 'push', 0);

  expect(view.hear(aLoad({ epoch, seq, status: 'active' }), 'webhook', 10)).toEqual({
    accepted: false,
    reason,
  });
  expect(view.load(10)?.status).toBe('inactive');
});

it.each`
  epoch | seq
  ${5}  | ${7}
  ${6}  | ${1}
`('takes epoch $epoch, count $seq after 5, 6', ({ epoch, seq }) => {
  const view = new LoadView();
  view.hear(aLoad({ epoch: 5, seq: 6 }), 'push', 0);

  expect(view.hear(aLoad({ epoch, seq }), 'push', 10).accepted).toBe(true);
});

it('still knows the order of what it does not believe any more', () => {
  const view = new LoadView();
  view.hear(aLoad({ epoch: 5 }), 'push', 0);

  expect(view.hear(aLoad({ epoch: 4 }), 'push', 59_999).accepted).toBe(false);
});

it('forgets the order after a minute of silence: a clock that was set back makes nobody deaf', () => {
  const view = new LoadView();
  view.hear(aLoad({ epoch: 5 }), 'push', 0);

  expect(view.hear(aLoad({ epoch: 4 }), 'push', 60_000).accepted).toBe(true);
});

it('puts loads without an epoch in the order of their times', () => {
  const view = new LoadView();
  view.hear(aContractLoad({ atMs: 1_000 }), 'push', 0);

  expect(view.hear(aContractLoad({ atMs: 999 }), 'push', 1)).toMatchObject({
    reason: 'out_of_order',
  });
  expect(view.hear(aContractLoad({ atMs: 1_000 }), 'push', 1)).toMatchObject({
    reason: 'replayed',
  });
  expect(view.hear(aContractLoad({ atMs: 1_001 }), 'push', 1).accepted).toBe(true);
});

it('takes loads that cannot be put in order as they come', () => {
  const view = new LoadView();
  view.hear(aContractLoad(), 'push', 0);

  expect(view.hear(aContractLoad(), 'push', 1).accepted).toBe(true);
});

it('believes a router without epochs only while nobody with one is heard', () => {
  const view = new LoadView();
  view.hear(aLoad(), 'push', 0);

  expect(view.hear(aContractLoad(), 'push', 2_999)).toMatchObject({ reason: 'old_epoch' });
  expect(view.hear(aContractLoad(), 'push', 3_000).accepted).toBe(true);
});

it('takes a router with epochs after one without', () => {
  const view = new LoadView();
  view.hear(aContractLoad({ atMs: 1_000 }), 'push', 0);

  expect(view.hear(aLoad({ atMs: 1 }), 'push', 1).accepted).toBe(true);
});

it('asks for nothing that is pushed', () => {
  const view = new LoadView();
  view.hear(aLoad(), 'push', 0);

  expect(view.poll(aLoad({ status: 'active' }), 1)).toEqual({
    accepted: false,
    reason: 'not_needed',
  });
  expect(view.load(1)?.status).toBe('inactive');
});

it('believes the answer to a poll for as long as whoever asked says', () => {
  const view = new LoadView();
  view.poll(aContractLoad({ status: 'active', ttlMs: 6_500 }), 0);

  expect(view.load(6_499)?.status).toBe('active');
  expect(view.load(6_500)).toBeUndefined();
});

it('prefers a push to the answer to a poll', () => {
  const view = new LoadView();
  view.poll(aLoad({ status: 'active' }), 0);
  view.hear(aLoad({ status: 'warning' }), 'push', 1);

  expect(view.describe(1)).toMatchObject({
    status: 'warning',
    source: 'push',
    believedForMs: 3_000,
  });
});

it.each([
  ['another status', { status: 'active' as const }, true],
  ['another effective status', { effectiveStatus: 'warning' as const }, true],
  ['a credit where there was none', { credit: 5 }, true],
  ['the same again', {}, false],
])('tells %s as a change: %p', (_what, over, changed) => {
  const view = new LoadView();
  view.hear(aLoad(), 'push', 0);

  expect(view.hear(aLoad({ seq: 2, ...over }), 'push', 1)).toEqual({ accepted: true, changed });
});

it('tells the first load as a change, and another credit as none', () => {
  const view = new LoadView();

  expect(view.hear(aLoad({ credit: 5 }), 'push', 0)).toMatchObject({ changed: true });
  expect(view.hear(aLoad({ seq: 2, credit: 6 }), 'push', 0)).toMatchObject({ changed: false });
});
