import { Controller } from '@nestjs/common';
import { QUEUES, SUBJECTS } from '@beamline/contracts/core';
import { type InboundRequest, type Reply, RequestReplyHandler } from '@beamline/jetstream';
import { DecisionLookup } from './decision-lookup.js';
import { NatsDoor } from './nats-door.js';

/** The request/reply subjects over core NATS. */
@Controller()
export class DecideNatsController {
  constructor(
    private readonly door: NatsDoor,
    private readonly lookup: DecisionLookup,
  ) {}

  @RequestReplyHandler(SUBJECTS.decide, { queue: QUEUES.decide })
  decide(message: InboundRequest): Reply | Promise<Reply> {
    return this.door.answer(message);
  }

  @RequestReplyHandler(SUBJECTS.getDecision, { queue: QUEUES.getDecision })
  getDecision(message: InboundRequest): Promise<string> {
    return this.lookup.answer(message);
  }
}
