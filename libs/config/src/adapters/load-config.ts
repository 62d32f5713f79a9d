import { Ajv, type ValidateFunction } from 'ajv';
import { ConfigError, type ConfigProblem } from '../core/config-error.js';
import { shown } from '../core/mask.js';
import { type Collected, collectGiven } from './collect.js';
import { type GatewayConfig, gatewaySchema } from './gateway.keys.js';
import { NOTE_KEYWORDS } from './key.js';
import { type KeySpec, keySpecsOf } from './key-spec.js';
import { type RouterConfig, routerSchema } from './router.keys.js';
import { type CrossRule, gatewayRules, routerRules } from './rules.js';
import { type Environment, pathExists } from './sources.js';

const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: true });
ajv.addVocabulary([...NOTE_KEYWORDS]);

/** The keys of the router, in the order of the documentation. */
export const routerKeys = keySpecsOf(routerSchema);

/** The keys of the gateway-adapter, in the order of the documentation. */
export const gatewayKeys = keySpecsOf(gatewaySchema);

/**
 * Reads the configuration of the router from environment variables and, when `CONFIG_FILE` names one, from a JSON
 * file; a variable wins over the file. Keys of the gateway-adapter may stand beside and are not read.
 * @throws ConfigError that lists every problem: unknown keys, unusable values, rules between keys that do not hold.
 */
export function loadRouterConfig(env: Environment): RouterConfig {
  const collected = collectGiven(env, routerKeys, gatewayKeys);
  return check({ validate: validateRouter, keys: routerKeys, rules: routerRules }, collected);
}

/**
 * Reads the configuration of the gateway-adapter, in the way of {@link loadRouterConfig}.
 * @throws ConfigError that lists every problem.
 */
export function loadGatewayConfig(env: Environment): GatewayConfig {
  const collected = collectGiven(env, gatewayKeys, routerKeys);
  return check({ validate: validateGateway, keys: gatewayKeys, rules: gatewayRules }, collected);
}

const validateRouter = ajv.compile<RouterConfig>(routerSchema);
const validateGateway = ajv.compile<GatewayConfig>(gatewaySchema);

interface Checks<Config> {
  readonly validate: ValidateFunction<Config>;
  readonly keys: readonly KeySpec[];
  readonly rules: readonly CrossRule<Config>[];
}

function check<Config>({ validate, keys, rules }: Checks<Config>, collected: Collected): Config {
  const values = Object.fromEntries([...collected.given].map(([key, { value }]) => [key, value]));
  const problems = [...collected.problems];
  const bad = new Set(collected.rejected);
  const report = (key: KeySpec, rule: string) => {
    bad.add(key.property);
    problems.push(problemOf(key, collected, rule));
  };

  const invalid = invalidProperties(validate, values);
  for (const key of keys) if (invalid.has(key.property)) report(key, key.rule);
  for (const property of invalid) delete values[property];
  for (const key of missingPaths(keys, values)) report(key, `must be an existing ${key.mustExist}`);

  // What was wrong is gone and its default stands in, so that the rules between the other keys are checked as well.
  if (!validate(values)) throw new Error(ajv.errorsText(validate.errors));
  const askable = rules.filter(({ reads }) => !reads.some((property) => bad.has(property)));
  for (const { reads, rule } of askable.filter((candidate) => !candidate.holds(values))) {
    const culprit = reads.find((property) => collected.given.has(property)) ?? reads[0];
    const key = keys.find(({ property }) => property === culprit);
    if (key !== undefined) report(key, rule);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values);
}

function invalidProperties(validate: ValidateFunction, values: unknown): ReadonlySet<string> {
  if (validate(values)) return new Set();
  return new Set(
    (validate.errors ?? []).map(({ instancePath }) => instancePath.split('/')[1] ?? ''),
  );
}

function missingPaths(
  keys: readonly KeySpec[],
  values: Readonly<Record<string, unknown>>,
): readonly KeySpec[] {
  return keys.filter(({ property, mustExist }) => {
    const path = values[property];
    return mustExist !== undefined && typeof path === 'string' && !pathExists(path, mustExist);
  });
}

function problemOf(key: KeySpec, { given }: Collected, rule: string): ConfigProblem {
  const found = given.get(key.property);
  if (found !== undefined) {
    const { name, source, value } = found;
    return { key: name, source, value: shown(value, key.secret), rule };
  }
  const missing = { key: key.name, source: 'default', rule };
  return key.byDefault === undefined ? missing : { ...missing, value: shown(key.byDefault, false) };
}
