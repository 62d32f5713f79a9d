import { MessageBoard } from './message-board.js';
import { keyOfReply, messageKey, replySubjectOf } from './message-key.js';
import { isNews, type Message, type MessageState, readAnswer, stateAt } from './message-state.js';
import { eventOf, isNewTo, readSeen } from './stream-events.js';

const ids = { tenantId: 'acme', messageId: 'm1' };
const answer = { ok: true, decision: { provider_id: 'p1' } } as const;
const DONE: MessageState = { stage: 'done', answer };
const aBoard = (changes = {}) => new MessageBoard({ max: 10, ttlMs: 60_000, ...changes });

describe('the board', () => {
  it('knows an answer that is faster than the acknowledgement', () => {
    const board = aBoard();
    board.answered('k', answer, 10);

    expect(board.accepted('k', { seq: 7, atMs: 1 })).toEqual({
      seq: 7,
      acceptedAtMs: 1,
      state: DONE,
    });
  });

  it('begins anew with a message that is sent again', () => {
    const board = aBoard();
    board.accepted('k', { seq: 7, atMs: 1 });
    board.answered('k', answer, 10);
    board.forget('k');

    expect(board.accepted('k', { seq: 8, atMs: 2 }).state).toEqual({ stage: 'accepted' });
  });

  it('tells those who watch every step, and only news', () => {
    const board = aBoard();
    const heard: MessageState[] = [];
    board.accepted('k', { seq: 7, atMs: 1 });
    const end = board.watch('k', ({ state }) => heard.push(state));

    for (const deliveredSeq of [3, 3, 2, 5, 9, 4]) board.advance({ deliveredSeq });
    board.answered('k', answer, 10);
    board.answered('k', { ok: false, error: {} }, 10);
    end();
    board.forget('k');
    board.answered('k', answer, 10);

    expect(heard).toEqual([
      { stage: 'waiting', ahead: 3 },
      { stage: 'waiting', ahead: 1 },
      { stage: 'delivered' },
      DONE,
    ]);
    expect(board.watched).toBe(0);
  });

  it('forgets the oldest beyond its bounds, in number and in bytes', () => {
    const few = aBoard({ max: 2 });
    for (const key of ['a', 'b', 'c']) few.accepted(key, { seq: 1, atMs: 1 });
    const small = aBoard({ maxBytes: 2000 });
    for (const key of ['a', 'b']) {
      small.answered(key, answer, 900);
      small.accepted(key, { seq: 1, atMs: 1 });
    }

    expect([few.find('a'), few.find('c')]).toEqual([undefined, expect.anything()]);
    expect([small.find('a'), small.find('b')]).toEqual([undefined, expect.anything()]);
  });
});

describe('a message', () => {
  it('is delivered once the router has come to it', () => {
    expect(stateAt(7, { deliveredSeq: 6 })).toEqual({ stage: 'waiting', ahead: 0 });
    expect(stateAt(7, { deliveredSeq: 7 })).toEqual({ stage: 'delivered' });
  });

  it('that is done stays done', () => {
    expect(isNews(DONE, { stage: 'delivered' })).toBe(false);
    expect(isNews(DONE, { stage: 'done', answer: { ok: false, error: {} } })).toBe(false);
  });

  it.each([undefined, null, 7, 'x', [], {}, { ok: true }, { ok: false }, { ok: 1, decision: {} }])(
    'is not answered by %j',
    (reply) => {
      expect(readAnswer(reply)).toBeUndefined();
    },
  );

  it('has one subject for its answer at every gateway, and no other message has it', () => {
    const key = messageKey('acme', 'm.1 *');

    expect(replySubjectOf(key)).toMatch(
      /^beamline\.router\.v1\.decide\.reply\.messages\.[\w-]{43}$/,
    );
    expect(keyOfReply(replySubjectOf(key))).toBe(key);
    expect(messageKey('acme,m', '1')).not.toBe(messageKey('acme', 'm,1'));
  });
});

describe('a client that comes back', () => {
  const message = (state: MessageState): Message => ({ seq: 7, acceptedAtMs: 1, state });
  const idOf = (state: MessageState) => /^id: (.*)$/m.exec(eventOf(ids, message(state)))?.[1];

  it('is told only what it has not seen', () => {
    const states: MessageState[] = [
      { stage: 'accepted' },
      { stage: 'waiting', ahead: 9 },
      { stage: 'waiting', ahead: 3 },
      { stage: 'delivered' },
      DONE,
    ];

    for (const [seen, before] of states.entries()) {
      const news = states.filter((state) => isNewTo(readSeen(idOf(before)), state));
      expect(news).toEqual(states.slice(seen + 1));
    }
  });

  it.each([undefined, '', 'x', 'waiting-', 'waiting-1e9', ['done']])(
    'is told everything when its last event is %j',
    (id) => {
      expect(readSeen(id)).toEqual({ kind: 'nothing' });
    },
  );

  it('gets one line of data, whatever the router said', () => {
    const state: MessageState = {
      stage: 'done',
      answer: { ok: true, decision: { a: 'x\n\nid: y' } },
    };

    expect(eventOf(ids, message(state)).split('\n')).toEqual([
      'id: done',
      'event: decided',
      expect.stringMatching(/^data: \{.*\}$/),
      '',
      '',
    ]);
  });
});
