import { CRITICALITIES } from '@beamline/contracts/core';
import { AdmissionBench } from '@beamline/testing';
import { rankOf } from './request-class.js';

it('sheds a later step of a workflow one level later', () => {
  expect(rankOf('sheddable', false, true)).toBe(rankOf('default', false));
  expect(rankOf('sheddable', true, true)).toBe(rankOf('sheddable', false));
  expect(rankOf('default', true, true)).toBe(rankOf('default', false));
  expect(rankOf('default', false, true)).toBe(rankOf('critical', true));
});

it.each(CRITICALITIES)(
  'lets nothing pass critical requests, %s ones of a later step included',
  (criticality) => {
    for (const isOverShare of [true, false]) {
      expect(rankOf(criticality, isOverShare, true)).toBeGreaterThanOrEqual(
        rankOf('critical', isOverShare, true),
      );
    }
    expect(rankOf('critical', true, true)).toBe(rankOf('critical', true));
  },
);

it('lets a later step in where a first one of its class has to wait too long', () => {
  const bench = new AdmissionBench();
  bench.random = 0;
  bench.run(300, 32, 8);
  for (let n = 0; n < 200; n += 1) bench.ask();

  expect(bench.refusal()).toBeDefined();
  expect(bench.refusal({ isLaterStep: true })).toBeUndefined();
});
