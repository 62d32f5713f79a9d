import { Controller } from '@nestjs/common';
import { CONSUMERS, STREAMS } from '@beamline/contracts/core';
import { type InboundJetStreamMessage, JetStreamHandler } from '@beamline/jetstream';
import { IntakeService } from './intake.service.js';

/** The durable door: requests that were accepted by the stream. */
@Controller()
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  @JetStreamHandler({ stream: STREAMS.router, durable: CONSUMERS.decide })
  decide(message: InboundJetStreamMessage): Promise<void> {
    return this.intake.handle(message);
  }
}
