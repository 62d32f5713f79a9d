import { lookup, type LookupAddress } from 'node:dns';
import type { ResolveHost } from './guarded-lookup.js';

/** How many names are resolved at once and how many may wait. */
export interface HostResolverOptions {
  /** Default 2: the system's resolver blocks a thread of a pool of four, which others need too. */
  readonly maxRunning?: number;
  /** Default 1000; beyond it, lookups fail at once. */
  readonly maxWaiting?: number;
  /** Default the resolver of the system. */
  readonly resolve?: ResolveHost;
}

interface Waiting {
  readonly host: string;
  readonly answer: (addresses: Promise<readonly LookupAddress[]>) => void;
}

/** Resolves names, each one once at a time however many ask, so that a dead name server holds up only this. */
export class HostResolver {
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  readonly #resolve: ResolveHost;
  readonly #pending = new Map<string, Promise<readonly LookupAddress[]>>();
  readonly #waiting: Waiting[] = [];
  #running = 0;

  constructor({
    maxRunning = 2,
    maxWaiting = 1000,
    resolve = systemResolve,
  }: HostResolverOptions = {}) {
    this.#maxRunning = maxRunning;
    this.#maxWaiting = maxWaiting;
    this.#resolve = resolve;
  }

  /**
   * All addresses of a name.
   * @throws Error of the resolver, or one with the code `EAI_AGAIN` when too many names wait.
   */
  resolve(host: string): Promise<readonly LookupAddress[]> {
    const known = this.#pending.get(host);
    if (known !== undefined) return known;
    if (this.#waiting.length >= this.#maxWaiting) return Promise.reject(tooMany(host));
    const found = new Promise<readonly LookupAddress[]>((answer) => {
      this.#waiting.push({ host, answer });
    }).finally(() => {
      this.#pending.delete(host);
    });
    this.#pending.set(host, found);
    this.#next();
    return found;
  }

  #next(): void {
    if (this.#running >= this.#maxRunning) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    this.#running += 1;
    waiting.answer(
      this.#resolve(waiting.host).finally(() => {
        this.#running -= 1;
        this.#next();
      }),
    );
  }
}

/** All addresses of a name as the system knows them, hosts file included. */
function systemResolve(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}

function tooMany(host: string): Error {
  const error = new Error(`too many names wait to be resolved: ${host} is not looked up`);
  return Object.assign(error, { code: 'EAI_AGAIN' });
}
