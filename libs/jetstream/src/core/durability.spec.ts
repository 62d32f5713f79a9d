import { durabilityOf, knowsSyncAlways } from './durability.js';

describe('durabilityOf', () => {
  it.each`
    version        | startedByUs | durability         | because
    ${undefined}   | ${false}    | ${'unknown'}       | ${'without a server there is nothing to say'}
    ${'2.9.10'}    | ${false}    | ${'sync-interval'} | ${'before 2.10 a server can only sync in intervals'}
    ${'2.9.10'}    | ${true}     | ${'sync-interval'} | ${'starting an old server ourselves changes nothing'}
    ${'2.10.4'}    | ${false}    | ${'unknown'}       | ${'a newer server does not tell how it syncs'}
    ${'2.12.1'}    | ${true}     | ${'sync-always'}   | ${'a newer server that we started syncs always'}
    ${'3.0.0-dev'} | ${true}     | ${'sync-always'}   | ${'a next major version counts as newer'}
  `('$because', ({ version, startedByUs, durability }) => {
    expect(durabilityOf(version, startedByUs).durability).toBe(durability);
  });

  it('does not take nonsense for a new version', () => {
    expect(knowsSyncAlways('nightly')).toBe(false);
  });
});
