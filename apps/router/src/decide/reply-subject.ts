import { SUBJECTS } from '@beamline/contracts/core';

/** Subjects a caller may not make the router publish to: the server's own, the platform's and the worker fleet's. */
const FORBIDDEN_PREFIXES = ['$', 'caf.', 'beamline.'] as const;
const MAX_LENGTH = 255;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const LITERAL_SUBJECT = /^[^\s\u0000-\u001f\u007f.*>]+(?:\.[^\s\u0000-\u001f\u007f.*>]+)*$/;

/** Whether a caller may have its decision sent to `subject`: a literal subject that is none of the system's own. */
export function isSafeReplySubject(subject: string): boolean {
  if (subject.length > MAX_LENGTH || !LITERAL_SUBJECT.test(subject)) return false;
  if (subject === SUBJECTS.decideReply || subject.startsWith(`${SUBJECTS.decideReply}.`)) {
    return true;
  }
  return !FORBIDDEN_PREFIXES.some((prefix) => subject.startsWith(prefix));
}
