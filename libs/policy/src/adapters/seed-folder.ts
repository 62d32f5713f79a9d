import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describeProblem, parsePolicy } from '../core/index.js';

/** A policy read from a file. */
export interface Seed {
  readonly file: string;
  readonly tenantId: string;
  readonly policyId: string;
  /** Compact JSON of the document, with both ids. */
  readonly text: string;
}

/** A file that gave no policy. */
interface SeedProblem {
  readonly file: string;
  readonly tenantId: string;
  readonly policyId: string;
  /** One line per problem, each naming the file. */
  readonly problems: readonly string[];
}

/** What a seed folder holds. */
export interface SeedFolder {
  readonly seeds: readonly Seed[];
  readonly problems: readonly SeedProblem[];
}

interface SeedFile {
  readonly file: string;
  readonly tenantId: string | undefined;
  readonly policyId: string;
}

/**
 * Reads `<dir>/<tenant>/<policy>.json` and `<dir>/*.json`. An id that a document lacks is taken from the path; a file
 * straight in the folder must name its tenant. One bad file does not keep the others from being read.
 * @param maxSeeds Files beyond this number are reported instead of read.
 */
export async function readSeedFolder(dir: string, maxSeeds: number): Promise<SeedFolder> {
  const seeds = new Map<string, Seed>();
  const problems: SeedProblem[] = [];
  let files: readonly SeedFile[];
  try {
    files = await listFiles(dir);
  } catch (error) {
    return { seeds: [], problems: [failed({ file: dir, tenantId: '', policyId: '' }, error)] };
  }
  for (const [index, file] of files.entries()) {
    const read = index < maxSeeds ? await readSeed(file) : tooMany(file, maxSeeds);
    if ('problems' in read) {
      problems.push(read);
      continue;
    }
    const id = `${read.tenantId}/${read.policyId}`;
    const first = seeds.get(id);
    if (first === undefined) seeds.set(id, read);
    else {
      const twice = `${read.file}: ${read.policyId} of ${read.tenantId} is in ${first.file} already`;
      problems.push({ ...read, problems: [twice] });
    }
  }
  return { seeds: [...seeds.values()], problems };
}

async function listFiles(dir: string): Promise<readonly SeedFile[]> {
  const files: SeedFile[] = [];
  for (const entry of await sortedEntries(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) files.push(...(await filesOfTenant(path)));
    else if (isJson(entry.name)) {
      files.push({ file: path, tenantId: undefined, policyId: basename(path, '.json') });
    }
  }
  return files;
}

async function filesOfTenant(dir: string): Promise<readonly SeedFile[]> {
  const entries = await sortedEntries(dir);
  return entries
    .filter((entry) => !entry.isDirectory() && isJson(entry.name))
    .map(({ name }) => ({
      file: join(dir, name),
      tenantId: basename(dir),
      policyId: basename(name, '.json'),
    }));
}

async function sortedEntries(dir: string) {
  const entries = await readdir(dir, { withFileTypes: true });
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const isJson = (name: string): boolean => name.endsWith('.json') && !name.startsWith('.');

async function readSeed(at: SeedFile): Promise<Seed | SeedProblem> {
  try {
    const document: unknown = JSON.parse(await readFile(at.file, 'utf8'));
    if (!isRecord(document)) return failed(at, 'the document must be a JSON object');
    const tenantId = document['tenant_id'] ?? at.tenantId;
    if (tenantId === undefined) {
      return failed(at, 'tenant_id is missing: name it in the document or use a folder per tenant');
    }
    if (at.tenantId !== undefined && tenantId !== at.tenantId) {
      return failed(at, `tenant_id ${JSON.stringify(tenantId)} is not the folder's ${at.tenantId}`);
    }
    const policyId = document['policy_id'] ?? at.policyId;
    const complete = { ...document, tenant_id: tenantId, policy_id: policyId };
    const parsed = parsePolicy(complete);
    if (!parsed.ok) {
      const lines = parsed.problems.map((problem) => `${at.file}: ${describeProblem(problem)}`);
      return { file: at.file, tenantId: at.tenantId ?? '', policyId: at.policyId, problems: lines };
    }
    return {
      file: at.file,
      tenantId: parsed.policy.tenantId,
      policyId: parsed.policy.policyId,
      text: JSON.stringify(complete),
    };
  } catch (error) {
    return failed(at, error);
  }
}

function failed(at: SeedFile, error: unknown): SeedProblem {
  const why = error instanceof Error ? error.message : String(error);
  const { file, tenantId = '', policyId } = at;
  return { file, tenantId, policyId, problems: [`${file}: ${why}`] };
}

const tooMany = (at: SeedFile, maxSeeds: number): SeedProblem =>
  failed(at, `not read: the store takes at most ${maxSeeds} policies`);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
