import { setTimeout as sleep } from 'node:timers/promises';
import { Slots } from './slots.js';

describe('the plant', () => {
  it('works on as many at once as it has slots, and on the others in order', async () => {
    const slots = new Slots(2, () => 10);
    const ended: number[] = [];
    const jobs = [1, 2, 3, 4].map(async (n) => {
      const { queueMs } = await slots.work(1);
      ended.push(n);
      return queueMs;
    });

    const queueMs = await Promise.all(jobs);

    expect(ended).toEqual([1, 2, 3, 4]);
    expect(queueMs[1]).toBeLessThan(queueMs[2] ?? 0);
    expect(queueMs[2]).toBeGreaterThanOrEqual(8);
  });

  it('takes longer when it is slowed down', async () => {
    const slots = new Slots(1, () => 10);
    slots.slow(4);

    expect((await slots.work(1)).serviceMs).toBeGreaterThanOrEqual(39);
  });

  it('forgets what waits and lets end what runs when it is reset', async () => {
    const slots = new Slots(1, () => 20);
    const running = slots.work(1);
    const waiting = slots.work(1);
    const lost = waiting.catch((error: unknown) => error);
    await sleep(1);

    await slots.reset();

    expect(await lost).toEqual(new Error('the plant was reset'));
    expect((await running).serviceMs).toBeGreaterThanOrEqual(19);
  });
});
