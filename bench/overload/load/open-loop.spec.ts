import type { Arrivals } from '../workloads/arrivals.js';
import { ENDINGS, type OpenLoopOrder } from './load-messages.js';
import { OK, OpenLoop } from './open-loop.js';

const arrivals = (atMs: readonly number[]): Arrivals => ({
  atMs: Float64Array.from(atMs),
  classOf: new Uint8Array(),
  tenantOf: new Uint8Array(),
  work: new Float32Array(),
});

const anOrder = (order: Partial<OpenLoopOrder> = {}): OpenLoopOrder => ({
  load: 'open',
  id: 1,
  target: {},
  startAtMs: Date.now(),
  arrivals: arrivals([0, 5, 10]),
  classes: [],
  callers: { retries: 0, impatient: 0 },
  endMs: 60,
  ...order,
});

describe('the open loop', () => {
  it('sends what is due though nothing is ever answered', async () => {
    const { attempts } = await new OpenLoop(() => undefined, anOrder()).run();

    expect([...attempts.intendedMs]).toEqual([0, 5, 10]);
    expect([...attempts.ending]).toEqual([ENDINGS.open, ENDINGS.open, ENDINGS.open]);
  });

  it('counts latency from the time a request was meant to be sent', async () => {
    // The run begins 40 ms late: what was due before is sent at once, and its latency says so.
    const order = anOrder({ startAtMs: Date.now() - 40 });
    const { attempts, lagP99Ms } = await new OpenLoop((_, heard) => heard(OK), order).run();

    expect(attempts.endMs[0]).toBeGreaterThanOrEqual(39);
    expect(lagP99Ms).toBeGreaterThanOrEqual(29);
  });

  it('comes back when it is told to, as often as its callers do', async () => {
    const order = anOrder({
      arrivals: arrivals([0]),
      callers: { retries: 2, impatient: 0 },
      endMs: 120,
    });
    const refuse = { ending: ENDINGS.refused, retryAfterMs: 20 };
    const { attempts } = await new OpenLoop((_, heard) => heard(refuse), order).run();

    expect([...attempts.attempt]).toEqual([0, 1, 2]);
    expect([...attempts.request]).toEqual([0, 0, 0]);
    expect(attempts.intendedMs[1]).toBeGreaterThanOrEqual(20);
  });

  it('stays away when it is told to, unless it does not listen', async () => {
    const refuse = { ending: ENDINGS.refused, retryAfterMs: -1 };
    const callers = { retries: 1, impatient: 0 };
    const order = anOrder({ arrivals: arrivals([0]), callers, endMs: 250 });
    const patient = await new OpenLoop((_, heard) => heard(refuse), order).run();
    const hasty = { ...order, callers: { ...callers, impatient: 1 }, startAtMs: Date.now() };
    const impatient = await new OpenLoop((_, heard) => heard(refuse), hasty).run();

    expect(patient.attempts.endMs).toHaveLength(1);
    expect(impatient.attempts.endMs).toHaveLength(2);
  });
});
