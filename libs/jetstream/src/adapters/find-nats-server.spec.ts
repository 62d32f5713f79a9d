import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findNatsServer, natsServerVersionOf } from './find-nats-server.js';

let root: string;

function aProgram(...path: string[]): string {
  const file = join(root, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\necho "nats-server: v2.11.3"\n');
  chmodSync(file, 0o755);
  return file;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'beamline-find-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('findNatsServer', () => {
  it('takes the configured program before the one on the path', () => {
    const configured = aProgram('mine', 'server');
    const path = dirname(aProgram('bin', 'nats-server'));
    const env = { NATS_SERVER_BIN: configured, PATH: path };
    expect(findNatsServer({ env, from: root })).toBe(configured);
  });

  it('does not paper over a configured program that is not there', () => {
    const env = { NATS_SERVER_BIN: join(root, 'nothing') };
    expect(() => findNatsServer({ env, from: root })).toThrow(
      `NATS_SERVER_BIN must name an executable file (got ${join(root, 'nothing')})`,
    );
  });

  it('takes the one on the path before the unpacked one', () => {
    const onPath = aProgram('bin', 'nats-server');
    aProgram('.tools', 'nats', 'usr', 'sbin', 'nats-server');
    expect(findNatsServer({ env: { PATH: dirname(onPath) }, from: root })).toBe(onPath);
  });

  it('passes over a file of that name that cannot be run', () => {
    const onPath = aProgram('bin', 'nats-server');
    chmodSync(onPath, 0o644);
    expect(findNatsServer({ env: { PATH: dirname(onPath) }, from: root })).not.toBe(onPath);
  });

  it('reads the version a program says', () => {
    expect(natsServerVersionOf(aProgram('bin', 'nats-server'))).toBe('2.11.3');
  });
});
