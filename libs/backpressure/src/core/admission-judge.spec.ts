import { AdmissionJudge, type Asked } from './admission-judge.js';
import type { AdmissionRequest } from './admission-types.js';
import type { LoadEstimate } from './load-estimate.js';
import { DEFAULT_SETTINGS } from './subject-settings.js';
import type { TenantUsage } from './tenant-usage.js';

const TENANT: any = {};

/** What a judge stands on, as the test says. */
interface World {
  medianServiceMs?: number;
  shedProbability?: number;
  quality?: string;
  lot?: number;
  hour?: number;
  isOverShare?: boolean;
  isUnderShare?: boolean;
}

function aJudge(world: World): AdmissionJudge {
  const estimate: Partial<LoadEstimate> = {
    medianServiceMs: world.medianServiceMs,
    quality: (world.quality ?? 'reported') as LoadEstimate['quality'],
    shedProbability: () => world.shedProbability ?? 0,
  };
  const tenants: Partial<TenantUsage> = {
    isOverShare: () => world.isOverShare ?? false,
    isUnderShare: () => world.isUnderShare ?? false,
    cohort: () => world.hour ?? 0,
  };
  return new AdmissionJudge(estimate as LoadEstimate, tenants as TenantUsage, () => world.lot ?? 0);
}

function objection(
  world: World,
  request: Partial<AdmissionRequest> = {},
  asked: Partial<Asked> = {},
) {
  return aJudge(world).objection(
    { criticality: 'default', ...request },
    { tenant: undefined, waitMs: 0, nowMs: 0, inHand: 0, isShedding: true, ...asked },
    DEFAULT_SETTINGS.admission,
  );
}

describe('a deadline', () => {
  it.each<[string, number | undefined, number, string | undefined]>([
    ['that is over is too short, whatever the work takes', undefined, 0, 'deadline'],
    ['that is far away is none while nothing is known of the work', undefined, 1, undefined],
    ['shorter than half of the work takes is too short', 50, 49, 'deadline'],
    ['as long as half of the work takes may do', 50, 50, undefined],
  ])('%s', (_, medianServiceMs, deadlineLeftMs, expected) => {
    const world = medianServiceMs === undefined ? {} : { medianServiceMs };

    expect(objection(world, { deadlineLeftMs })).toBe(expected);
  });

  it.each<[string, number, string | undefined]>([
    ['before its turn comes and the work is done, it waits too long', 79, 'predicted_wait'],
    ['when the work is just done, it does not', 80, undefined],
  ])('that ends %s', (_, deadlineLeftMs, expected) => {
    const asked = { waitMs: 30 };

    expect(objection({ medianServiceMs: 50 }, { deadlineLeftMs }, asked)).toBe(expected);
  });

  it('says nothing of the wait while nothing is known of the work', () => {
    expect(objection({}, { deadlineLeftMs: 10 }, { waitMs: 1_000 })).toBeUndefined();
  });
});

describe('the lot', () => {
  it.each<[number, number, string | undefined]>([
    [0, 0, undefined],
    [0.5, 0.4, 'predicted_wait'],
    [0.5, 0.5, undefined],
    [1, 0.999, 'predicted_wait'],
  ])('with probability %d and lot %d: %s', (shedProbability, lot, expected) => {
    expect(objection({ shedProbability, lot })).toBe(expected);
  });

  it('is not drawn where there is nothing to decide', () => {
    const draw = jest.fn(() => 0.5);
    for (const shedProbability of [0, 1]) {
      const estimate: any = { shedProbability: () => shedProbability, quality: 'reported' };
      const judge = new AdmissionJudge(estimate, TENANT, draw);
      judge.objection(
        { criticality: 'default' },
        { tenant: undefined, waitMs: 0, nowMs: 0, inHand: 0, isShedding: true },
        DEFAULT_SETTINGS.admission,
      );
    }

    expect(draw).not.toHaveBeenCalled();
  });

  it.each<[string, World, string | undefined]>([
    ['is that of the hour for a tenant that has its share', { hour: 0.9, lot: 0 }, undefined],
    [
      'is drawn for a tenant that is short of it',
      { hour: 0.9, isUnderShare: true },
      'predicted_wait',
    ],
  ])('%s', (_, world, expected) => {
    expect(objection({ shedProbability: 0.5, ...world }, {}, { tenant: TENANT })).toBe(expected);
  });
});

it.each<[string, World, boolean, string]>([
  ['the wait, where it is known', {}, true, 'predicted_wait'],
  ['the backlog, where the wait is guessed', { quality: 'inferred' }, true, 'backlog_limit'],
  ['the share of a tenant that is above it', { isOverShare: true }, true, 'tenant_share'],
  ['the wait, while nothing is shed', { isOverShare: true }, false, 'predicted_wait'],
])('refuses for %s', (_, world, isShedding, expected) => {
  const asked = { tenant: TENANT, isShedding };

  expect(objection({ shedProbability: 1, ...world }, {}, asked)).toBe(expected);
});

it('spends no exemption on what is let in anyway', () => {
  const world: World = { shedProbability: 0 };
  const judge = aJudge(world);
  const ask = (shedProbability: number) => {
    const asked = { tenant: undefined, waitMs: 0, nowMs: 0, inHand: 0, isShedding: true };
    world.shedProbability = shedProbability;
    return judge.objection(
      { criticality: 'critical', plus: true },
      asked,
      DEFAULT_SETTINGS.admission,
    );
  };
  for (let n = 0; n < 1_000; n += 1) judge.noteAdmitted();
  for (let n = 0; n < 1_000; n += 1) ask(0);

  expect(ask(1)).toBeUndefined();
});
