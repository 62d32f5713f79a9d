// The parts of packages without types that the bench uses.
declare module 'opossum' {
  interface Options {
    readonly timeout?: number | false;
    readonly capacity?: number;
    readonly errorFilter?: (error: Error & { readonly code?: string }) => boolean;
  }
  export default class CircuitBreaker<Arguments extends readonly unknown[], Result> {
    constructor(action: (...args: Arguments) => Promise<Result>, options: Options);
    fire(...args: Arguments): Promise<Result>;
  }
}

declare module 'toobusy-js' {
  export default function toobusy(): boolean;
}
