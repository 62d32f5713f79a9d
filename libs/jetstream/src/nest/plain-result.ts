import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

/** Calls a handler as Nest registered it and gives back its plain result, whatever Nest's enhancers wrapped it into. */
export async function plainResult(handler: MessageHandler, message: unknown): Promise<unknown> {
  const result: unknown = await handler(message);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}
