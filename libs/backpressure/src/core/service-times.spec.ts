import { p99FromMean, ServiceTimes } from './service-times.js';

function servicesOf(samples: Iterable<number>): ServiceTimes {
  const services = new ServiceTimes();
  for (const sample of samples) services.record(sample);
  return services;
}

const times = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

it('averages the first samples plainly', () => {
  expect(servicesOf([10, 20, 30]).meanMs).toBeCloseTo(20);
  expect(servicesOf([]).meanMs).toBe(0);
});

it('follows a slower dependency within a few hundred samples', () => {
  const services = servicesOf([...times(5_000, 50), ...times(150, 200)]);

  expect(services.meanMs).toBeGreaterThan(180);
  expect(services.meanMs).toBeLessThanOrEqual(200);
});

it('knows no median of fewer than twenty samples', () => {
  expect(servicesOf(times(19, 50)).medianMs).toBeUndefined();
  expect(servicesOf(times(20, 50)).medianMs).toBeGreaterThan(38);
  expect(servicesOf(times(20, 50)).medianMs).toBeLessThan(65);
});

it('assumes the shape of a service until two hundred samples are there', () => {
  expect(servicesOf(times(199, 50)).p99Ms).toBeCloseTo(p99FromMean(50));
  expect(p99FromMean(50)).toBeCloseTo(170);
});

it('measures the shape of a service from two hundred samples on', () => {
  const steady = servicesOf(times(200, 50));
  expect(steady.p99Ms).toBeGreaterThan(40);
  expect(steady.p99Ms).toBeLessThan(65);

  const longTailed = servicesOf(Array.from({ length: 400 }, (_, n) => (n % 20 === 0 ? 1_000 : 10)));
  expect(longTailed.p99Ms).toBeGreaterThan(700);
});

it('raises the 99th percentile with the mean, long before the histogram could', () => {
  const services = servicesOf([...times(1_000, 50), ...times(100, 200)]);

  expect(services.p99Ms).toBeGreaterThan(150);
});

it('refuses what cannot be a time of service', () => {
  const services = servicesOf(times(30, 50));
  for (const nonsense of [Number.NaN, -1, Infinity, 86_400_001]) {
    expect(services.record(nonsense)).toBe(false);
  }
  expect(services.meanMs).toBeCloseTo(50);
  expect(services.record(86_400_000)).toBe(true);
  expect(services.record(0)).toBe(true);
});

it('bears services of no length at all', () => {
  expect(servicesOf(times(300, 0)).p99Ms).toBe(0);
});
