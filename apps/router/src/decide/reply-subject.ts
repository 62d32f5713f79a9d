import { SUBJECTS } from '@beamline/contracts/core';

/** Subjects a caller may not make the router publish to: the server's own, the router's intakes and the worker fleet's. */
const FORBIDDEN_PREFIXES = ['$', 'caf.', 'beamline.router.v1.'] as const;
const MAX_LENGTH = 255;
const LITERAL_SUBJECT = /^[^\s.*>]+(?:\.[^\s.*>]+)*$/;

/** Whether a caller may have its decision sent to `subject`: a literal subject that is none of the system's own. */
export function isSafeReplySubject(subject: string): boolean {
  if (subject.length > MAX_LENGTH || !LITERAL_SUBJECT.test(subject)) return false;
  if (subject === SUBJECTS.decideReply || subject.startsWith(`${SUBJECTS.decideReply}.`)) {
    return true;
  }
  return !FORBIDDEN_PREFIXES.some((prefix) => subject.startsWith(prefix));
}
