import type { Caller } from './caller.js';

/** Who makes a request, or why that is not known. */
export type Identity =
  | { readonly ok: true; readonly caller: Caller }
  | {
      readonly ok: false;
      /** Nothing was given, what was given is wrong, or genuine but not or no longer good, or it cannot be checked now. */
      readonly reason: 'missing' | 'wrong' | 'unfit' | 'unavailable';
      /** For people. Holds nothing of what was given. */
      readonly message: string;
    };
