import { eventually } from '@beamline/testing';
import { MessageBoard } from './message-board.js';
import { MessageProgress } from './message-progress.js';

it('asks for each of the messages it follows, however many nobody knows', async () => {
  const asked = new Set<string>();
  const progress = new MessageProgress({
    board: new MessageBoard({ max: 100, ttlMs: 60_000 }),
    answers: {
      find: async ({ messageId }) => {
        asked.add(messageId);
        return { kind: 'unknown' };
      },
    },
    position: async () => undefined,
    everyMs: 1,
  });
  const ids = Array.from({ length: 50 }, (_, index) => `m${index}`);
  const leave = ids.map((messageId) => progress.follow({ tenantId: 'acme', messageId }));

  await eventually(() => asked.size === ids.length);

  for (const end of leave) end();
});
