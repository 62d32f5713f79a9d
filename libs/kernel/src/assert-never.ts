/** Makes a forgotten arm of a union a compile error. @throws Error when untyped data reaches it all the same. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
