// What a child prints, in a file of bounded size: at 16 MiB the file becomes `<name>.1` and a new one begins.
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

const MAX_BYTES = 16 * 1024 * 1024;

export class LogFile {
  #path;
  #fd;
  #bytes = 0;

  constructor(path) {
    this.#path = path;
    this.#fd = openSync(path, 'w');
  }

  write(chunk) {
    if (this.#bytes + chunk.length > MAX_BYTES) this.#rotate();
    this.#bytes += writeSync(this.#fd, chunk);
  }

  #rotate() {
    closeSync(this.#fd);
    renameSync(this.#path, `${this.#path}.1`);
    this.#fd = openSync(this.#path, 'w');
    this.#bytes = 0;
  }
}
