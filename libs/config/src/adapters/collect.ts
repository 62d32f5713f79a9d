import { nearestName } from '@beamline/kernel';
import { coerceFileValue, coerceText } from '../core/coerce.js';
import type { ConfigProblem } from '../core/config-error.js';
import { looksSecret, shown } from '../core/mask.js';
import { claimsToBeOurs, isServiceLink } from '../core/names.js';
import type { KeySpec } from './key-spec.js';
import { unservedKeys } from './unserved-keys.js';
import { type Environment, type Given, readConfigFile, readEnvironment } from './sources.js';

/** Variable that names the configuration file. */
const CONFIG_FILE = 'CONFIG_FILE';

/** What the sources say, before it is checked against the schema. */
export interface Collected {
  /** By property; values have the type of their key. */
  readonly given: ReadonlyMap<string, Given>;
  /** Properties that were given in a way that cannot be used. */
  readonly rejected: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

/** Gathers the keys of one app. The variables of `neighbours`, the other app's keys, are not ours to judge. */
export function collectGiven(
  env: Environment,
  specs: readonly KeySpec[],
  neighbours: readonly KeySpec[],
): Collected {
  const collector = new Collector(specs, neighbours);
  const file = env[CONFIG_FILE];
  collector.take(readEnvironment(env));
  if (file !== undefined && file !== '') collector.takeFile(file);
  return collector;
}

class Collector implements Collected {
  readonly given = new Map<string, Given>();
  readonly rejected = new Set<string>();
  readonly problems: ConfigProblem[] = [];
  readonly #specs = new Map<string, KeySpec>();
  readonly #ignored = new Set([CONFIG_FILE]);

  constructor(specs: readonly KeySpec[], neighbours: readonly KeySpec[]) {
    for (const spec of neighbours) for (const name of namesOf(spec)) this.#ignored.add(name);
    for (const spec of specs) for (const name of namesOf(spec)) this.#specs.set(name, spec);
  }

  takeFile(path: string): void {
    try {
      this.take(readConfigFile(path));
    } catch (error) {
      const rule = error instanceof Error ? error.message : String(error);
      this.problems.push({ key: CONFIG_FILE, source: 'environment', value: path, rule });
    }
  }

  /** Takes what one source says. What an earlier source said of a key wins. */
  take(source: readonly Given[]): void {
    const here = new Map<string, Given>();
    for (const given of source) {
      const spec = this.#specs.get(given.name);
      if (spec === undefined) this.#judgeUnknown(given);
      else if (!isSetByKubernetes(given)) this.#takeKey(spec, given, here);
    }
    for (const [property, given] of here) {
      if (!this.given.has(property) && !this.rejected.has(property)) {
        this.given.set(property, given);
      }
    }
  }

  #takeKey(spec: KeySpec, given: Given, here: Map<string, Given>): void {
    const value = valueOf(given, spec);
    if (value === undefined) return this.#reject(spec, given, spec.rule);
    const other = here.get(spec.property);
    if (other !== undefined && JSON.stringify(other.value) !== JSON.stringify(value)) {
      return this.#reject(spec, given, `given as ${other.name} too, with another value`);
    }
    here.set(spec.property, { ...given, value });
  }

  #reject(spec: KeySpec, given: Given, rule: string): void {
    this.rejected.add(spec.property);
    const { name: key, source } = given;
    this.problems.push({ key, source, value: shown(given.value, spec.secret), rule });
  }

  #judgeUnknown({ name, value, source }: Given): void {
    if (this.#ignored.has(name)) return;
    const isFromFile = source !== 'environment';
    if (!isFromFile && !claimsToBeOurs(name, String(value))) return;
    const known = [...this.#specs.keys(), ...this.#ignored];
    const secret = looksSecret(name);
    this.problems.push({
      key: name,
      source,
      value: shown(value, secret),
      rule: adviceFor(name, known),
    });
  }
}

function adviceFor(name: string, known: readonly string[]): string {
  const unserved = unservedKeys.get(name);
  if (unserved !== undefined) return `is not a key of this version: ${unserved}`;
  const nearest = nearestName(name, known);
  return nearest === undefined ? 'unknown key' : `unknown key, did you mean ${nearest}?`;
}

function valueOf({ value, source }: Given, { kind }: KeySpec): unknown {
  if (source !== 'environment') return coerceFileValue(value, kind) ?? undefined;
  const coerced = coerceText(String(value), kind);
  return coerced.ok ? coerced.value : undefined;
}

function isSetByKubernetes({ name, value, source }: Given): boolean {
  return source === 'environment' && isServiceLink(name, String(value));
}

function namesOf({ name, aliases }: KeySpec): readonly string[] {
  return [name, ...aliases];
}
