import { loadSourceOf } from './load-source-of.js';

it('tells the load of what is no subject as unknown, and never throws', () => {
  const source = loadSourceOf({
    subjects: () => ['a b'],
    statusNow: (subject) => ({
      subject,
      status: 'unknown',
      error: 'invalid_subject',
      timestampMs: 5,
    }),
    isLeading: () => true,
  });

  expect(source.load('a b')).toMatchObject({
    subject: 'a b',
    status: 'unknown',
    effectiveStatus: 'unknown',
    creditPerSecond: null,
    timestampMs: 5,
  });
});
