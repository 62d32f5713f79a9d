import { findSchemaVersion, schemaVersionOfSubject } from './schema-version.js';
import {
  dlqSubjectOf,
  durableSubjects,
  isRequestReplySubject,
  NOTIFICATION_SUBJECTS,
  notificationSubjectOf,
  SUBJECT_PATTERN,
} from './subjects.js';

it.each`
  subject                                   | pattern             | dlq                                 | because
  ${'beamline.router.v1.decide'}            | ${undefined}        | ${'beamline.router.v1.decide.dlq'}  | ${'the contract says so'}
  ${'beamline.router.v1.decide.async'}      | ${undefined}        | ${'beamline.router.v1.decide.dlq'}  | ${'below the durable subject it would be new work'}
  ${'beamline.router.v1.decide.async.acme'} | ${undefined}        | ${'beamline.router.v1.decide.dlq'}  | ${'tenants share the dead letters'}
  ${'caf.exec.result.v1'}                   | ${undefined}        | ${'caf.exec.result.v1.dlq'}         | ${'any subject has one'}
  ${'beamline.router.v1.decide'}            | ${'dead.{subject}'} | ${'dead.beamline.router.v1.decide'} | ${'the pattern wins'}
  ${'beamline.router.v1.decide'}            | ${'all.dead'}       | ${'all.dead'}                       | ${'a pattern may be one subject'}
`('$subject dies on $dlq: $because', ({ subject, pattern, dlq }) => {
  expect(dlqSubjectOf(subject, pattern)).toBe(dlq);
});

it('listens to the durable subject and to everything below it', () => {
  expect(durableSubjects('a.b')).toEqual(['a.b', 'a.b.>']);
});

it.each(['a', 'a.b', 'a b', 'a.*', 'ä.>', '', '\u4e16.\u754c'])(
  'tells of the load of %j on one subject below those that gateways subscribe to',
  (subject) => {
    const [prefix] = NOTIFICATION_SUBJECTS.split('*');
    const told = notificationSubjectOf(subject);

    expect(told.slice(0, prefix?.length)).toBe(prefix);
    expect(told.slice(prefix?.length)).toMatch(/^[^\s.*>]+$/);
  },
);

it.each([
  ['beamline.router.v1.decide', true],
  ['other.subject', false],
])('answers on %s over the reply inbox: %s', (subject, expected) => {
  expect(isRequestReplySubject(subject)).toBe(expected);
});

it.each([
  ['beamline.router.v1.decide', '1'],
  ['beamline.flow.decide.v999', undefined],
  ['beamline.router.v12.x', '12'],
])('reads the version of %s as %s', (subject, version) => {
  expect(schemaVersionOfSubject(subject)).toBe(version);
});

it.each`
  header       | payload      | subject                        | expected
  ${undefined} | ${'999'}     | ${'beamline.flow.decide.v999'} | ${{ ok: false, reason: 'unsupported_version', found: '999' }}
  ${'1'}       | ${'2'}       | ${'a.v3.b'}                    | ${{ ok: true, version: '1' }}
  ${undefined} | ${undefined} | ${'a.v1.b'}                    | ${{ ok: true, version: '1' }}
  ${''}        | ${null}      | ${'a.v2.b'}                    | ${{ ok: false, reason: 'unsupported_version', found: '2' }}
  ${undefined} | ${1}         | ${'a.v1.b'}                    | ${{ ok: false, reason: 'unsupported_version', found: 1 }}
  ${undefined} | ${undefined} | ${'a.b'}                       | ${{ ok: false, reason: 'missing_version', found: undefined }}
`('finds the version in header $header, payload $payload, subject $subject', (given) => {
  const { expected, ...sources } = given;
  expect(findSchemaVersion(sources)).toEqual(expected);
});

it.each(['a.*', 'a.>', 'a b', '.a', 'a.', 'a..b', ''])('takes no message to %j', (subject) => {
  expect(SUBJECT_PATTERN.test(subject)).toBe(false);
});
