import { AdmissionBench } from '@beamline/testing';

it('refuses what has waited in this process for too long already, and tells how long', () => {
  const bench = new AdmissionBench();
  bench.waitedMs = 2_000;

  expect(bench.refusal()).toMatchObject({ reason: 'predicted_wait', predictedWaitMs: 2_000 });
});

it('lets in what has waited in this process for a moment', () => {
  const bench = new AdmissionBench();
  bench.waitedMs = 20;

  expect(bench.refusal()).toBeUndefined();
});

it('takes a wait in this process that does not end for a standing queue', () => {
  const bench = new AdmissionBench();
  bench.waitedMs = 300;
  const first = bench.refusal();
  bench.run(300, 1, 1);

  expect(first).toBeUndefined();
  expect(bench.refusal()).toMatchObject({ reason: 'predicted_wait' });
});
