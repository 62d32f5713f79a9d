// Bundles TypeScript modules into a package's JavaScript: every door as an ES module and as a CommonJS one.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build, transform } from 'esbuild';
import { root } from './workspace.mjs';

/** What the doors share lies in chunks, so that a class is the same one by whichever door it came. */
const SPLIT = { bundle: true, splitting: true, format: 'esm' };
/** Own libs are taken in; packages are the user's to install. */
const NODE = { platform: 'node', target: 'node20', packages: 'external', legalComments: 'none' };

/**
 * Writes `<door>.js` and `<door>.cjs` for each of `doors` (name to source path) into the folder `out`, and the chunks they share.
 * Answers the names of the packages that the code imports, per door, with those of its chunks.
 */
export async function bundleCode(doors, out) {
  const { metafile } = await build({
    ...SPLIT,
    ...NODE,
    absWorkingDir: root,
    entryPoints: doors,
    outdir: out,
    chunkNames: 'shared-[hash]',
    tsconfig: 'tsconfig.json',
    metafile: true,
  });
  const files = Object.keys(metafile.outputs);
  await Promise.all(files.map((file) => writeCommonJs(join(root, file), out)));
  return Object.fromEntries(
    Object.keys(doors).map((door) => {
      const file = relative(root, join(out, `${door}.js`));
      return [door, [...packagesOf(file, metafile.outputs)].toSorted()];
    }),
  );
}

// CommonJS cannot be split by esbuild; turning each of the split modules gives the same chunks.
async function writeCommonJs(file, out) {
  const source = readFileSync(file, 'utf8');
  const { code } = await transform(source, { ...pick(NODE), format: 'cjs', loader: 'js' });
  const renamed = code.replaceAll(/require\("\.\/([\w-]+)\.js"\)/g, 'require("./$1.cjs")');
  writeFileSync(join(out, `${basename(file, '.js')}.cjs`), renamed);
}

const pick = ({ platform, target, legalComments }) => ({ platform, target, legalComments });

function packagesOf(file, outputs, seen = new Set()) {
  const names = new Set();
  if (seen.has(file)) return names;
  seen.add(file);
  for (const { path, external } of outputs[file].imports) {
    const found = external ? [packageName(path)] : packagesOf(path, outputs, seen);
    for (const name of found) if (name !== undefined) names.add(name);
  }
  return names;
}

/** `@nats-io/kv/lib/x` is of `@nats-io/kv`; what Node brings itself is of no package. */
function packageName(specifier) {
  if (specifier.startsWith('node:')) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}
