import type { AdmissionView } from './admission-types.js';
import { loadFigures } from './load-figures.js';

const view: AdmissionView = {
  mode: 'proportional',
  backlog: 30,
  deliveredPerSecond: 400,
  serviceMs: 50,
  queueMs: 12,
  predictedWaitMs: 25,
  backlogLimit: undefined,
  quality: 'reported',
  effectiveStatus: 'warning',
  effectiveSinceMs: 0,
};

describe('the figures of the load', () => {
  it('measure what is in hand by what is worked on at once, and what is refused by what is offered', () => {
    expect(loadFigures(view, { offered: 200, refused: 50 })).toEqual({
      deliveredPerSecond: 400,
      utilization: 1.5,
      queueMs: 12,
      serviceMs: 50,
      waitMs: 25,
      shedRatio: 0.25,
    });
  });

  it('are 0 where nothing is known', () => {
    const figures = loadFigures({ ...view, deliveredPerSecond: 0 }, { offered: 0, refused: 0 });

    expect(figures).toMatchObject({ utilization: 0, shedRatio: 0 });
  });
});
