import type { ReadyMessage } from '../harness/process-messages.js';

/** Tells the bench that this server can be asked, and where. */
export function sayReady(addresses: Readonly<Record<string, string>> = {}): void {
  const message: ReadyMessage = { ready: addresses };
  process.channel?.ref();
  process.send?.(message);
}

/** A variable that the bench has set. @throws Error when it has not. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
