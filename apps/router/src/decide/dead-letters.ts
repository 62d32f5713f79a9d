import { dlqSubjectOf, HEADERS } from '@beamline/contracts/core';
import type { AckedPublisher } from '@beamline/jetstream';
import type { IntakeEvent } from '@beamline/jetstream/core';
import type { Observer } from '@beamline/kernel';
import {
  type DeadLetterOptions,
  deadLetterOf,
  ERROR_CODE_OF_REASON,
  type GivenUp,
} from './dead-letter.js';

/** Longest value a dead letter carries in one header, in UTF-16 units. */
const MAX_HEADER_LENGTH = 256;

/** Settings of {@link DeadLetters}. */
export interface DeadLettersOptions extends DeadLetterOptions {
  /** `false`: nothing is kept of what is given up. Default `true`. */
  readonly enabled: boolean;
  /** The subject whose dead letters these are, before the pattern. */
  readonly decideSubject: string;
  /** Overrides `<subject>.dlq`. */
  readonly subjectPattern: string | undefined;
}

/** Publishes what is given up, with its reason, into the dead-letter stream. */
export class DeadLetters {
  readonly #subject: string;

  constructor(
    private readonly publisher: AckedPublisher,
    private readonly options: DeadLettersOptions,
    private readonly observe: Observer<IntakeEvent>,
  ) {
    this.#subject = dlqSubjectOf(options.decideSubject, options.subjectPattern);
  }

  /** @returns whether the letter is stored (or dead letters are switched off), so that its message may be let go. */
  async publish(givenUp: GivenUp): Promise<boolean> {
    if (!this.options.enabled) return true;
    const { subject, reason } = givenUp;
    const result = await this.publisher.publish(
      this.#subject,
      deadLetterOf(givenUp, this.options),
      { msgId: `dlq-${givenUp.dedupId}`, headers: this.#headersOf(givenUp) },
    );
    if (result.ok) {
      const errorCode = givenUp.failure?.intakeErrorCode ?? ERROR_CODE_OF_REASON[reason];
      this.observe({ type: 'dead-lettered', subject, reason, errorCode });
    } else {
      this.observe({ type: 'dead-letter-failed', subject, reason: result.reason });
    }
    return result.ok;
  }

  #headersOf(givenUp: GivenUp): Record<string, string> {
    const { traceId, tenantId, reason, msgId } = givenUp;
    return {
      [HEADERS.dlqReason]: reason,
      // A stream takes 64 KiB of headers, and the original came with as much. The envelope has the whole id.
      [HEADERS.originalMsgId]: msgId.slice(0, MAX_HEADER_LENGTH),
      ...(traceId === undefined ? {} : { [HEADERS.traceId]: traceId.slice(0, MAX_HEADER_LENGTH) }),
      ...(tenantId === undefined
        ? {}
        : { [HEADERS.tenantId]: tenantId.slice(0, MAX_HEADER_LENGTH) }),
    };
  }
}
