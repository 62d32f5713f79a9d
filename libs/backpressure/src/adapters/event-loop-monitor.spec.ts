import { eventually, recorder } from '@beamline/testing';
import type { OverloadEvent } from '../core/index.js';
import { EventLoopMonitor, type EventLoopReading } from './event-loop-monitor.js';

const monitors: EventLoopMonitor[] = [];

afterEach(() => {
  for (const monitor of monitors.splice(0)) monitor.stop();
});

it('knows nothing before the first interval has ended', () => {
  const { monitor } = aMonitor();

  expect(monitor.reading()).toEqual({ delayP99Ms: 0, delayMeanMs: 0, utilisation: 0 });
});

it('sees a loop that is held up', async () => {
  const { readings } = aMonitor();
  await eventually(() => readings.length >= 1);

  block(200);

  await eventually(() => readings.some(({ delayP99Ms }) => delayP99Ms > 100));
  expect(readings.some(({ utilisation }) => utilisation > 0.7)).toBe(true);
});

it('sees a loop that was held up between two measurements', async () => {
  const { readings } = aMonitor(200);

  // On a busy machine a measurement may fall into the block, and sees it by being late.
  await eventually(async () => {
    const before = readings.length;
    await eventually(() => readings.length > before);
    block(100);
    const blocked = readings.length;
    await eventually(() => readings.length > blocked);
    expect(readings[blocked]?.delayP99Ms).toBeGreaterThan(60);
  });
});

it('forgets what was: an interval tells of itself alone', async () => {
  const { readings } = aMonitor();

  // The machine may be busy with others: it is enough that the loop came to rest after one of several blocks.
  await eventually(async () => {
    block(300);
    const blocked = readings.length;
    await eventually(() => readings.length >= blocked + 6);
    const after = readings.slice(blocked, blocked + 6);
    expect(after.some(({ delayP99Ms }) => delayP99Ms > 150)).toBe(true);
    expect(after.some(({ delayP99Ms }) => delayP99Ms < 50)).toBe(true);
    expect(after.some(({ utilisation }) => utilisation < 0.6)).toBe(true);
  });
});

it('tells each interval as a fact', async () => {
  const { monitor, observed } = aMonitor();

  await eventually(() => observed.of('event-loop').length >= 2);
  monitor.stop();
  expect(observed.events.at(-1)).toEqual({ type: 'event-loop', ...monitor.reading() });
});

it('measures no more once it is stopped', async () => {
  const { monitor, readings } = aMonitor();
  await eventually(() => readings.length >= 1);
  monitor.stop();
  const seen = readings.length;

  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(readings).toHaveLength(seen);
});

function aMonitor(everyMs: number = 20) {
  const readings: EventLoopReading[] = [];
  const observed = recorder<OverloadEvent>();
  const monitor = new EventLoopMonitor({
    everyMs,
    resolutionMs: 5,
    observe: observed.observe,
    onReading: (reading) => void readings.push(reading),
  });
  monitors.push(monitor);
  monitor.start();
  return { monitor, readings, observed };
}

function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
