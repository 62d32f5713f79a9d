import { SUBJECTS } from '@beamline/contracts/core';
import { createHash } from 'node:crypto';

const REPLIES = `${SUBJECTS.decideReply}.messages`;

/** The subjects on which the router answers messages of gateways. All gateways hear all of them, so that any can be asked. */
export const MESSAGE_REPLIES = `${REPLIES}.*`;

/** Names a message of a tenant: one token of a subject, the same at every gateway. */
export function messageKey(tenantId: string, messageId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([tenantId, messageId]))
    .digest('base64url');
}

/** Where the router shall answer the message. */
export function replySubjectOf(key: string): string {
  return `${REPLIES}.${key}`;
}

/** Which message an answer is for. */
export function keyOfReply(subject: string): string {
  return subject.slice(REPLIES.length + 1);
}
