/** Names of the contestants, as they stand in the tables. */
export const OURS = 'Beamline';
export const OURS_UNREPORTED = 'Beamline, no work reports';
export const OURS_STRICT = 'Beamline, strict';
/** The router with everything let in: `shadow` counts what it would have refused. */
export const SHADOW = 'nothing (shadow mode)';
export const OURS_FIXED = 'Beamline, constant Retry-After';

const BEAMLINE = [OURS, OURS_UNREPORTED, OURS_STRICT];
const LIMITERS = ['opossum', 'cockatiel'];
const QUOTAS = ['throttler', 'rate-limiter-flexible'];

/** Real packages that work on any transport, and nothing at all. */
const PACKAGES = ['none', ...LIMITERS, 'toobusy-js', ...QUOTAS];

/** Ours and the real packages. */
export const GROUP_A: readonly string[] = [...BEAMLINE, ...PACKAGES];
/** The same with what is only there for HTTP. */
export const GROUP_A_HTTP: readonly string[] = [
  ...GROUP_A,
  'under-pressure (delay)',
  'under-pressure (ELU)',
];
/** Formulas of products that cannot be run here, written anew. */
export const FORMULAS: readonly string[] = [
  'Vegas (formula)',
  'Gradient2 (formula)',
  'AIMD (formula)',
  'Envoy gradient (formula)',
  'go-zero BBR (formula)',
  'Breakwater (formula)',
];
