import { OverloadControl } from './overload-control.js';

it.each([
  [{ maxSubjects: 0 }, /maxSubjects must be 1 or more \(got 0\)/],
  [{ evaluateEveryMs: Number.NaN }, /evaluateEveryMs must be 10 or more/],
  [{ reportEveryMs: 1_000, liveForMs: 1_999 }, /liveForMs must be 2000 or more/],
  [{ replicaId: 'a b' }, /replicaId must be .*got "a b"/],
])('does not start with %j', (options, problem) => {
  expect(() => new OverloadControl(options)).toThrow(problem);
});

it('gives every process an id of its own', () => {
  const [one, other] = [new OverloadControl(), new OverloadControl()].map((control) =>
    control.replicas().map(({ id }) => id),
  );

  expect(one?.[0]).toMatch(new RegExp(`-${process.pid}-[0-9a-f]{4}$`));
  expect(one).not.toEqual(other);
});
