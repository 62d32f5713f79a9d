import underPressure from '@fastify/under-pressure';
import { UseGuards, UseInterceptors } from '@nestjs/common';
import {
  aimd,
  breakwater,
  type CreateController,
  envoyGradient,
  goZeroBbr,
  gradient2,
  vegas,
} from '@beamline/simulator/core';
import { ThrottlerModule } from '@nestjs/throttler';
import type { Protection } from '../plant/protection.js';
import { OURS, OURS_FIXED, OURS_STRICT, OURS_UNREPORTED } from '../workloads/contestant-names.js';
import { BenchThrottlerGuard } from './bench-throttler.guard.js';
import { GateInterceptor } from './gate.interceptor.js';
import type { GateSettings, MakeGate } from './gate.js';
import { protectedByBeamline } from './beamline.js';
import { formulaGate } from './formulas.js';
import { cockatielGate, opossumGate, rateLimiterGate, toobusyGate } from './packages.js';

type MakeProtection = (settings: GateSettings) => Protection;

const unprotected: MakeProtection = () => ({ decorators: [], imports: [] });

const gated =
  (make: MakeGate): MakeProtection =>
  (settings) => {
    const interceptor = new GateInterceptor(make, settings);
    return {
      decorators: [UseInterceptors(interceptor)],
      imports: [],
      prepare: (measured) => interceptor.renew(measured),
    };
  };

/** A formula is not renewed before each run: learning is what it does. */
const formula = (create: CreateController): MakeProtection => {
  return (settings) => {
    const gate = formulaGate(create);
    return {
      decorators: [UseInterceptors(new GateInterceptor(() => gate, settings))],
      imports: [],
    };
  };
};

const throttled: MakeProtection = (settings) => {
  let limit = Math.round(settings.capacityPerSecond);
  return {
    decorators: [UseGuards(BenchThrottlerGuard)],
    imports: [ThrottlerModule.forRoot([{ ttl: 1_000, limit: () => limit }])],
    prepare: ({ capacityPerSecond }) => {
      limit = Math.round(capacityPerSecond);
    },
  };
};

interface Answering {
  code(status: number): Answering;
  header(name: string, value: string): Answering;
  send(body: object): unknown;
}

/** What the plugin does by itself, but for the handler that capacity is measured with. */
const refuseWork = ({ url }: { readonly url: string }, reply: Answering): void => {
  if (!url.startsWith('/bare')) reply.code(503).header('Retry-After', '10').send({ refused: true });
};

const underPressureBy =
  (limits: { maxEventLoopDelay?: number; maxEventLoopUtilization?: number }): MakeProtection =>
  () => ({
    decorators: [],
    imports: [],
    setUpHttp: async (app) => {
      await app.register(underPressure, { ...limits, pressureHandler: refuseWork });
    },
  });

/** Everybody who can be measured, by the names of the tables. Packages are the real ones. */
const CONTESTANTS: Readonly<Record<string, MakeProtection>> = {
  none: unprotected,
  [OURS]: protectedByBeamline({}),
  [OURS_UNREPORTED]: protectedByBeamline({ reports: false }),
  [OURS_STRICT]: protectedByBeamline({ admission: { mode: 'strict' } }),
  [OURS_FIXED]: protectedByBeamline({ admission: { retryAfterMode: 'fixed' } }),
  opossum: gated(opossumGate),
  cockatiel: gated(cockatielGate),
  'toobusy-js': gated(toobusyGate),
  throttler: throttled,
  'rate-limiter-flexible': gated(rateLimiterGate),
  'under-pressure (delay)': underPressureBy({ maxEventLoopDelay: 100 }),
  'under-pressure (ELU)': underPressureBy({ maxEventLoopUtilization: 0.98 }),
  'Vegas (formula)': formula(vegas),
  'Gradient2 (formula)': formula(gradient2),
  'AIMD (formula)': formula(aimd(500)),
  'Envoy gradient (formula)': formula(envoyGradient),
  'go-zero BBR (formula)': formula(goZeroBbr),
  'Breakwater (formula)': formula(breakwater(1_000)),
};

/** The protection of a contestant. @throws Error for a name nobody has. */
export function protectionBy(name: string, settings: GateSettings): Protection {
  const make = CONTESTANTS[name];
  if (make === undefined) throw new Error(`there is no contestant ${name}`);
  return make(settings);
}
