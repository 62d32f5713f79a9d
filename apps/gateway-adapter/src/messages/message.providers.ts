import { CONSUMERS, STREAMS } from '@beamline/contracts/core';
import { RouterClient } from '@beamline/gateway-adapter';
import { AckedPublisher, askConsumerPosition } from '@beamline/jetstream';
import { monotonicClock, wallClock } from '@beamline/kernel';
import type { Provider } from '@nestjs/common';
import type { AppParts } from '../app-parts.js';
import { messageBoardOptionsOf, streamOptionsOf } from '../settings.js';
import { MessageAnswers } from './message-answers.js';
import { MessageBoard } from './message-board.js';
import { MessageDesk } from './message-desk.js';
import { MessageProgress } from './message-progress.js';
import { MessagePublisher } from './message-publisher.js';
import { StreamDesk } from './stream-desk.js';

const DECIDE = { stream: STREAMS.router, durable: CONSUMERS.decide };

/** What takes messages and tells of them. */
export function messageProviders(parts: AppParts): readonly Provider[] {
  const { config, link, observeEdge: observe, observeNats } = parts;
  const board = new MessageBoard(messageBoardOptionsOf(config));
  const position = () => askConsumerPosition(link, DECIDE);
  return [
    {
      provide: AckedPublisher,
      useFactory: () =>
        new AckedPublisher(link, {
          timeoutMs: config.routerRequestTimeoutMs,
          streamOf: () => STREAMS.router,
          observe: observeNats,
        }),
    },
    {
      provide: MessagePublisher,
      inject: [AckedPublisher],
      useFactory: (publisher: AckedPublisher) => {
        const subject = config.routerDecideAsyncSubject;
        const clocks = { wall: wallClock, clock: monotonicClock };
        return new MessagePublisher({ publisher, board, subject, ...clocks, observe });
      },
    },
    {
      provide: MessageAnswers,
      inject: [RouterClient],
      useFactory: (router: RouterClient) =>
        new MessageAnswers({ link, board, router, observe, observeNats }),
    },
    {
      provide: StreamDesk,
      inject: [MessageAnswers],
      useFactory: (answers: MessageAnswers) => {
        const progress = new MessageProgress({ board, answers, position });
        return new StreamDesk({ board, progress, observe }, streamOptionsOf(config));
      },
    },
    {
      provide: MessageDesk,
      inject: [MessagePublisher, MessageAnswers, StreamDesk],
      useFactory: (publisher: MessagePublisher, answers: MessageAnswers, streams: StreamDesk) =>
        new MessageDesk(publisher, answers, streams),
    },
  ];
}
