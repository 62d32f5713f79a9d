#!/usr/bin/env node
// Generates the TypeScript types of proto/ into libs/contracts/src/generated.
// usage: node scripts/generate-proto.mjs [--check]      --check writes nothing and fails when the committed types are stale
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const protoDir = join(root, 'proto');
const committed = join(root, 'libs/contracts/src/generated');
const generator = join(root, 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js');

/** Every file below a folder, relative to it, sorted. */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();
}

function generateInto(outDir) {
  const protos = filesBelow(protoDir).filter((name) => name.endsWith('.proto'));
  const options = [
    '--keepCase',
    '--longs=Number',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--includeComments',
    '--grpcLib=@grpc/grpc-js',
    '--importFileExtension=.js',
    `--includeDirs=${protoDir}`,
    `--outDir=${outDir}`,
  ];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [generator, ...options, ...protos],
    {
      cwd: protoDir,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`proto-loader-gen-types failed:\n${stdout}${stderr}`);
  // The generator names each source by its absolute path, which differs from clone to clone.
  for (const file of filesBelow(outDir).map((name) => join(outDir, name))) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(protoDir, 'proto'));
  }
}

function contentOf(folder, name) {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Names of the files that differ between two folders or stand in one only. */
function differences(left, right) {
  const names = new Set([...filesBelow(left), ...filesBelow(right)]);
  return [...names].filter((name) => contentOf(left, name) !== contentOf(right, name));
}

const fresh = mkdtempSync(join(tmpdir(), 'beamline-proto-'));
try {
  generateInto(fresh);
  const stale = differences(fresh, committed);
  if (!process.argv.includes('--check')) {
    rmSync(committed, { recursive: true, force: true });
    cpSync(fresh, committed, { recursive: true });
    console.log(`generated ${filesBelow(committed).length} files in ${relative(root, committed)}`);
  } else if (stale.length > 0) {
    console.error(`stale types of proto/, run \`npm run proto\`: ${stale.join(', ')}`);
    process.exitCode = 1;
  } else {
    console.log('types of proto/ are fresh');
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
