import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that has `proto/`: the repository in development, the working folder of a container.
 * Found by walking up from this file, so that it is the same from sources and from `dist/`.
 * @throws Error when no folder above has it.
 */
export function protoRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'proto', 'beamline'))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new Error(`no folder above ${fileURLToPath(import.meta.url)} has proto/beamline`);
    }
    folder = parent;
  }
  return join(folder, 'proto');
}
