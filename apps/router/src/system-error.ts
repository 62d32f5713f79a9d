/** Whether an error is the operating system's of that code, like `EADDRINUSE`. */
export function isSystemError(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
