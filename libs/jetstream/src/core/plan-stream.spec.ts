import fc from 'fast-check';
import { planStream } from './plan-stream.js';
import { bucketConfigOf, type StreamConfigPart, streamConfigOf } from './stream-config.js';

const want = streamConfigOf({
  name: 'router-stream',
  subjects: ['decide.async', 'decide.async.>'],
  retention: 'workqueue',
  maxBytes: 1000,
});
const having = (changes: Partial<StreamConfigPart>): StreamConfigPart => ({ ...want, ...changes });

describe('planStream', () => {
  it('creates what does not exist', () => {
    expect(planStream(want, undefined)).toEqual({ kind: 'create', config: want });
  });

  it('keeps what is as wanted', () => {
    expect(planStream(want, want)).toEqual({ kind: 'keep', name: 'router-stream', notes: [] });
  });

  it('adds missing subjects beside those that others added', () => {
    expect(planStream(want, having({ subjects: ['mine', 'decide.async'] }))).toMatchObject({
      kind: 'update',
      changes: { subjects: ['mine', 'decide.async', 'decide.async.>'] },
    });
  });

  it('widens a limit', () => {
    expect(planStream(want, having({ max_bytes: 10 }))).toMatchObject({
      kind: 'update',
      changes: { max_bytes: 1000 },
    });
  });

  it('never tightens a limit, and says so', () => {
    expect(planStream(want, having({ max_bytes: -1 }))).toEqual({
      kind: 'keep',
      name: 'router-stream',
      notes: ['stream router-stream keeps its max_bytes of -1: 1000 would delete stored messages'],
    });
  });

  it('refuses another retention or storage, naming both', () => {
    expect(planStream(want, having({ retention: 'limits', storage: 'memory' }))).toEqual({
      kind: 'refuse',
      name: 'router-stream',
      problems: [
        'stream router-stream exists with retention limits, but workqueue is needed',
        'stream router-stream exists with storage memory, but file is needed',
      ],
    });
  });

  it('gives a bucket the flags it needs and leaves those of others alone', () => {
    const bucket = bucketConfigOf({ bucket: 'b' });
    const bare = { ...bucket, allow_direct: false, allow_rollup_hdrs: false };
    expect(planStream(bucket, bare)).toMatchObject({
      changes: { allow_direct: true, allow_rollup_hdrs: true },
    });
    expect(planStream(want, having({ allow_direct: true })).kind).toBe('keep');
  });

  it('has nothing left to do once its own update is applied', () => {
    const limit = fc.integer({ min: -1, max: 5 });
    const aHave = fc
      .record({
        max_bytes: limit,
        max_age: limit,
        max_msgs: limit,
        num_replicas: fc.integer({ min: 1, max: 5 }),
        subjects: fc.array(fc.constantFrom('decide.async', 'x.>', 'y'), { minLength: 1 }),
      })
      .map(having);
    fc.assert(
      fc.property(aHave, (have) => {
        const change = planStream(want, have);
        const after = change.kind === 'update' ? { ...have, ...change.changes } : have;
        expect(planStream(want, after).kind).toBe('keep');
      }),
    );
  });
});

describe('the configuration of a stream', () => {
  it('never has a duplicate window longer than its messages live', () => {
    const config = streamConfigOf({ name: 's', subjects: ['s'], maxAgeMs: 5_000 });
    expect(config.duplicate_window).toBe(5_000 * 1e6);
  });
});
