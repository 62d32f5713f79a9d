import { setImmediate as nextTurn } from 'node:timers/promises';

/** A piece of work that is too short to be timed alone. */
export interface Work {
  readonly name: string;
  /** Does the work `times` times and answers something that depends on it, so that it cannot be optimized away. */
  run(times: number): number | Promise<number>;
}

/** How long a batch should take, in milliseconds: far above the clock's step, far below a round of garbage collection. */
const BATCH_MS = 20;

/** What the batches answered; read by nobody, written so that it exists. */
const answers: { sum: number } = { sum: 0 };

const collectGarbage = (): void => {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
};

async function nanosPerRun(work: Work, times: number): Promise<number> {
  const start = process.hrtime.bigint();
  const answer = work.run(times);
  answers.sum += typeof answer === 'number' ? answer : await answer;
  return Number(process.hrtime.bigint() - start) / times;
}

/** Finds how many runs fill a batch, and lets the compiler see the work while it does. */
async function calibrated(work: Work): Promise<number> {
  let times = 64;
  for (let i = 0; i < 40; i += 1) {
    const nanos = await nanosPerRun(work, times);
    const fitting = Math.ceil((BATCH_MS * 1e6) / nanos);
    times = Math.max(64, Math.min(fitting, times * 4));
  }
  return times;
}

/**
 * Times several pieces of work in one process, A B C, A B C, …, with a garbage collection before each batch.
 * @returns nanoseconds per run of each round, by name.
 */
export async function timeInterleaved(
  works: readonly Work[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const batches = [];
  for (const work of works) batches.push({ work, times: await calibrated(work) });
  const nanos = new Map(works.map(({ name }) => [name, new Array<number>()]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { work, times } of batches) {
      collectGarbage();
      await nextTurn();
      nanos.get(work.name)?.push(await nanosPerRun(work, times));
    }
  }
  return nanos;
}

/**
 * Bytes that one run allocates, averaged over a batch that is too small to be collected in between.
 * @param times Runs of the batch; their garbage must fit into the young generation (see `--max-semi-space-size`).
 */
export function bytesPerRun(work: { run(times: number): number }, times: number): number {
  for (let warmUp = 0; warmUp < 3; warmUp += 1) answers.sum += work.run(times);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  answers.sum += work.run(times);
  return (process.memoryUsage().heapUsed - before) / times;
}
