/** An option within its bounds. `name`: whose it is, and what it is called. @throws RangeError that names value and rule. */
export function inRange(name: string, value: number, least: number, most = Infinity): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  const rule = most === Infinity ? `≥ ${least}` : `${least} to ${most}`;
  throw new RangeError(`${name} must be ${rule} (got ${value})`);
}

/** An option that is one of a few values. @throws RangeError that names them. */
export function oneOf<Value extends string | number>(
  name: string,
  value: Value,
  allowed: readonly Value[],
): Value {
  if (allowed.includes(value)) return value;
  throw new RangeError(`${name} must be ${allowed.join(' or ')} (got ${value})`);
}
