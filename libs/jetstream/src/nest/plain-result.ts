import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

/** Calls a handler as Nest registered it and gives back its plain result, whatever Nest's enhancers wrapped it into. */
export function plainResult(handler: MessageHandler, message: unknown): Promise<unknown> {
  return settledResult(handler(message));
}

/** The value behind a promise, an observable (its last one), or itself. */
export async function settledResult(pending: unknown): Promise<unknown> {
  const result = await pending;
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}
