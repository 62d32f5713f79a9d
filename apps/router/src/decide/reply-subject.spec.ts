import { isSafeReplySubject } from './reply-subject.js';

describe('isSafeReplySubject', () => {
  it.each`
    subject                                   | safe     | because
    ${'_INBOX.abc.1'}                         | ${true}  | ${'an inbox is what it is for'}
    ${'acme.decisions'}                       | ${true}  | ${'a subject of the caller is his own'}
    ${'beamline.router.v1.decide.reply'}      | ${true}  | ${'it is the common reply subject'}
    ${'beamline.router.v1.decide.reply.acme'} | ${true}  | ${'a tenant may have one of its own'}
    ${'beamline.router.v1.decide.async'}      | ${false} | ${'the answer would be a new request, for ever'}
    ${'beamline.router.v1.decide.dlq'}        | ${false} | ${'dead letters are ours to write'}
    ${'beamline.usage.v1.metered'}            | ${false} | ${'it would forge what another part of the platform reads'}
    ${'beamline.router.v2.decide'}            | ${false} | ${'every version of the router is ours'}
    ${'a\u0000b'}                             | ${false} | ${'a control character is no part of a name'}
    ${'caf.exec.assign.v1'}                   | ${false} | ${'it would hand work to the fleet'}
    ${'$JS.API.STREAM.DELETE.router-stream'}  | ${false} | ${'it is the server, not a reader'}
    ${'a.*'}                                  | ${false} | ${'a wildcard is no address'}
    ${'a.>'}                                  | ${false} | ${'a wildcard is no address'}
    ${'a..b'}                                 | ${false} | ${'an empty token is no subject'}
    ${'a b'}                                  | ${false} | ${'a space would end the subject on the wire'}
    ${'a\r\nPUB x'}                           | ${false} | ${'a line break would smuggle a command'}
    ${''}                                     | ${false} | ${'nothing is no address'}
    ${'a'.repeat(256)}                        | ${false} | ${'the length is bounded'}
  `('$because: $subject → $safe', ({ subject, safe }: { subject: string; safe: boolean }) => {
    expect(isSafeReplySubject(subject)).toBe(safe);
  });
});
