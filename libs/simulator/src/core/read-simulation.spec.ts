import { readSimulation } from './read-simulation.js';

const problemsOf = (document: unknown): readonly string[] => {
  const read = readSimulation(document);
  return read.ok ? [] : read.problems;
};

describe('readSimulation', () => {
  it('takes defaults for what is absent', () => {
    const read = readSimulation({});

    expect(read).toMatchObject({
      ok: true,
      simulation: { scenario: { slots: 40, sloMs: 1000, replicas: [1] }, traceLoad: 0.9 },
    });
  });

  it('reads plant, clients and our settings', () => {
    const read = readSimulation({
      slots: 8,
      mean_service_ms: 20,
      slo_ms: 400,
      phases: [{ seconds: 5, load: 2, slowdown: 3, bursts: { every_ms: 1000 } }],
      classes: { critical: 1 },
      tenants: { a: 3, b: 1 },
      clients: { max_retries: 3, hostile_share: 0.1 },
      replicas: [2, 1],
      lost_replica: { index: 1, at_ms: 500 },
      gateways: { shares: [3, 1], push_delay_ms: 20, lost_pushes: { from_ms: 2000 } },
      admission: { mode: 'strict' },
      thresholds: { queue_overload: 10 },
    });

    expect(read).toMatchObject({
      ok: true,
      simulation: {
        scenario: {
          slots: 8,
          phases: [{ seconds: 5, load: 2, slowdown: 3, bursts: { everyMs: 1000, lengthMs: 500 } }],
          classes: { critical: 1, default: 0, sheddable: 0 },
          clients: { maxRetries: 3, hostileShare: 0.1, hostileDelayMs: 100 },
          lostReplica: { index: 1, atMs: 500 },
          gateways: {
            shares: [3, 1],
            pushDelayMs: 20,
            lostPushes: { fromMs: 2000, toMs: 86_400_000 },
            lostAnswers: undefined,
          },
        },
        settings: { admission: { mode: 'strict' }, thresholds: { queueOverload: 10 } },
      },
    });
  });

  it.each([
    [null, 'settings: must be an object (got null)'],
    [[], 'settings: must be an object (got a list of 0)'],
    [{ slots: 0 }, 'slots: must be a whole number from 1 to 100000 (got 0)'],
    [{ slots: 1.5 }, 'slots: must be a whole number from 1 to 100000 (got 1.5)'],
    [{ slots: Number.NaN }, 'slots: must be a whole number from 1 to 100000 (got null)'],
    [{ speed: 1 }, 'speed: is unknown'],
    [{ phases: [] }, 'phases: must be a list of 1 to 1000 items (got a list of 0)'],
    [{ phases: [{ seconds: 1 }] }, 'phases[0].load: is missing'],
    [{ phases: [7] }, 'phases[0]: must be an object (got 7)'],
    [{ phases: [{ seconds: 1, load: -1 }] }, 'phases[0].load: must be a number from 0 to 1000'],
    [{ classes: {} }, 'classes: one of them must be above 0'],
    [{ tenants: { a: 0 } }, 'tenants: must have 1 to 10000 shares, one above 0'],
    [{ clients: { hostile_share: 2 } }, 'clients.hostile_share: must be a number from 0 to 1'],
    [{ lost_replica: { index: 0 } }, 'lost_replica.index: the only router cannot be lost'],
    [{ gateways: { shares: [0] } }, 'gateways.shares[0]: must be a number from 0.000001'],
    [
      { gateways: { lost_answers: { to_ms: -1 } } },
      'gateways.lost_answers.to_ms: must be a number from 0',
    ],
    [{ admission: { mode: 'loose' } }, 'admission.mode'],
    [
      { phases: [{ seconds: 86_400, load: 10 }] },
      'phases: would offer 691,200,000 requests (at most 5,000,000)',
    ],
  ])('refuses %j: %s', (document, problem) => {
    expect(problemsOf(document).join('\n')).toContain(problem);
  });

  it('names everything that is wrong at once', () => {
    expect(problemsOf({ slots: 'x', sigma: -1, slo_ms: null })).toHaveLength(3);
  });
});
