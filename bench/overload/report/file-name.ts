/** `W2`, `5x` → `overload-w2-5x`: how results and plots are called. */
export const fileNameOf = (...parts: readonly string[]): string =>
  ['overload', ...parts]
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-');
