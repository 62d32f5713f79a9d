import type { MsgHdrs } from '@nats-io/transport-node';
import { toMsgHdrs } from './reply.js';

/** What a publish tells the stream. */
export interface PublishHeaderOptions {
  /** De-duplication id: the same one within the stream's window is stored once. */
  readonly msgId?: string;
  /** Store only if the subject's last message has this sequence; 0 means the subject has none. */
  readonly expectLastSubjectSequence?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const MSG_ID = 'Nats-Msg-Id';
const EXPECTED_SUBJECT_SEQUENCE = 'Nats-Expected-Last-Subject-Sequence';

/** By far the most frequent headers, made once: the driver only reads them. */
const CREATE_ONLY = toMsgHdrs({ [EXPECTED_SUBJECT_SEQUENCE]: '0' });

/** The headers of a publish; `undefined` when it needs none. */
export function publishHeaders(options: PublishHeaderOptions): MsgHdrs | undefined {
  const { msgId, expectLastSubjectSequence: sequence, headers } = options;
  if (msgId === undefined && sequence === undefined && headers === undefined) return undefined;
  if (sequence === 0 && msgId === undefined && headers === undefined) return CREATE_ONLY;
  const all = toMsgHdrs(headers ?? {});
  if (msgId !== undefined) all.append(MSG_ID, msgId);
  if (sequence !== undefined) all.append(EXPECTED_SUBJECT_SEQUENCE, String(sequence));
  return all;
}
