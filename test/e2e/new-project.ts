import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');
const COMMAND_MS = 120_000;
/** What the package depends on, with what that depends on; packed again from here, so that no registry is asked. */
const DEPENDENCIES = ['standardwebhooks', '@stablelib/base64', 'fast-sha256'];

/** How a command ended. */
interface Ended {
  readonly code: number;
  readonly output: string;
}

type Environment = Readonly<Record<string, string>>;

/** A folder where somebody begins anew: nothing in it but a package.json, and later the package. */
export class NewProject {
  readonly #children: ChildProcess[] = [];

  private constructor(
    readonly folder: string,
    private readonly type: 'module' | 'commonjs',
  ) {}

  /** An empty project with ES modules, or CommonJS. */
  static empty(type: 'module' | 'commonjs'): NewProject {
    const project = new NewProject(mkdtempSync(join(tmpdir(), 'beamline-new-')), type);
    project.write('package.json', JSON.stringify({ name: 'my-gateway', private: true, type }));
    return project;
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** `npm install` of packed files. @throws Error with what npm says when that fails. */
  async install(tarballs: readonly string[]): Promise<void> {
    // Peers are not fetched; the examples get those of the repository.
    const flags = ['--offline', '--legacy-peer-deps', '--no-audit', '--no-fund'];
    const { code, output } = await this.run('npm', ['install', ...flags, ...tarballs]);
    if (code !== 0) throw new Error(output);
  }

  /** Takes over what another project has installed. */
  copyPackages({ folder }: NewProject): void {
    cpSync(join(folder, 'node_modules'), join(this.folder, 'node_modules'), { recursive: true });
  }

  /** Makes packages of the repository importable, as if they had been installed. */
  link(...names: readonly string[]): void {
    for (const name of names) {
      const target = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(target), { recursive: true });
      if (!existsSync(target)) symlinkSync(join(ROOT, 'node_modules', name), target);
    }
  }

  /** Runs a command in the folder to its end. */
  run(command: string, args: readonly string[], env: Environment = {}): Promise<Ended> {
    const options = { cwd: this.folder, env: { ...process.env, ...env }, timeout: COMMAND_MS };
    return new Promise((done) => {
      execFile(command, args, options, (error, stdout, stderr) => {
        done({ code: error ? 1 : 0, output: stdout + stderr });
      });
    });
  }

  /** `node <file>`, to its end. */
  node(file: string, env: Environment = {}): Promise<Ended> {
    return this.run(process.execPath, [file], env);
  }

  /** `node <file>` for a server. Answers how to read what it printed; it ends with the project. */
  serve(file: string, env: Environment): () => string {
    const child = spawn(process.execPath, [file], {
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return () => output;
  }

  /** Type-checks TypeScript files, and writes JavaScript unless told not to: with TypeScript 7 in a project of ES modules, else with 6. */
  compile(compilerOptions: object, files: readonly string[]): Promise<Ended> {
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    const compiler = this.type === 'module' ? 'typescript-7' : 'typescript';
    return this.run(process.execPath, [join(ROOT, 'node_modules', compiler, 'bin/tsc')]);
  }

  /** Ends its servers the polite way, waits for them, and removes the folder. Answers their exit codes. */
  async end(): Promise<readonly (number | null)[]> {
    const codes = await Promise.all(this.#children.map(endOf));
    rmSync(this.folder, { recursive: true, force: true });
    return codes;
  }
}

function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  child.kill('SIGTERM');
  return new Promise((done) => child.once('exit', (code) => done(code)));
}

/** Makes the package and packs what it depends on, so that no registry is asked. Answers the files. */
export async function packGatewayAdapter(folder: string): Promise<readonly string[]> {
  const script = join(ROOT, 'scripts/package-gateway-adapter.mjs');
  const sources = DEPENDENCIES.map((name) => join(ROOT, 'node_modules', name));
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  await Promise.all([
    promisify(execFile)(process.execPath, [script, '--out', folder], { cwd: ROOT }),
    promisify(execFile)('npm', [...pack, ...sources], { cwd: folder }),
  ]);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(folder, name));
}
