import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { monotonicClock } from '@beamline/kernel';
import { Observable, type Subscription } from 'rxjs';
import { pacedWork } from '../adapters/paced-work.js';
import type { Outcome } from '../core/index.js';
import { announceLoad, withLoad } from './announce-load.js';
import { outcomeOfError } from './outcome-of-error.js';
import { PermitDesk } from './permit-desk.js';
import type { Ticket } from './ticket.js';
import { whenSent } from './when-sent.js';

/**
 * Holds the permit of a request for as long as its work lasts, streams to their end included, and tells the caller of
 * the load. Asks for the permit itself where no guard did. Handlers begin at the pace of {@link pacedWork}, so that those
 * that keep the processor busy leave the event loop its turns.
 */
@Injectable()
export class AdmissionInterceptor implements NestInterceptor {
  constructor(private readonly desk: PermitDesk) {}

  /** @throws OverloadException when the request is refused. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const ticket = this.desk.claim(context);
    if (ticket === undefined) return next.handle();
    announce(context, ticket);
    return new Observable((subscriber) => {
      const work = new Work(context, ticket);
      const letInMs = monotonicClock.nowMs();
      let isLater = false;
      let inner: Subscription | undefined;
      const fail = (error: unknown): void => {
        work.end(outcomeOfError(error));
        subscriber.error(error);
      };
      pacedWork.begin(() => {
        if (subscriber.closed) return;
        try {
          if (isLater) ticket.delayed(monotonicClock.nowMs() - letInMs);
        } catch (error) {
          fail(error);
          return;
        }
        inner = next.handle().subscribe({
          next: (value) => subscriber.next(work.pass(value)),
          error: fail,
          complete: () => {
            work.complete();
            subscriber.complete();
          },
        });
      });
      isLater = true;
      return () => {
        inner?.unsubscribe();
        // After an orderly end this does nothing: whoever left early says nothing about capacity.
        work.leave();
      };
    });
  }
}

/** Nobody would give the permit back of a request whose answer cannot even be begun. */
function announce(context: ExecutionContext, ticket: Ticket): void {
  try {
    announceLoad(context, ticket);
  } catch (error) {
    ticket.settle('ignored');
    throw error;
  }
}

/** The work on one request, from the first step of its handler to the last byte of its answer. */
class Work {
  #last: unknown;
  #isOver = false;

  constructor(
    private readonly context: ExecutionContext,
    private readonly ticket: Ticket,
  ) {}

  /** Takes note of a value on its way to the caller. */
  pass(value: unknown): unknown {
    this.#last = value;
    return withLoad(this.ticket, value);
  }

  /** The handler is done; what it answered with may still have to be sent. */
  complete(): void {
    this.#isOver = true;
    const isSending = whenSent(this.context, this.#last, (outcome) => this.ticket.settle(outcome));
    if (!isSending) this.ticket.settle('success');
  }

  end(outcome: Outcome): void {
    this.#isOver = true;
    this.ticket.settle(outcome);
  }

  leave(): void {
    if (!this.#isOver) this.end('ignored');
  }
}
