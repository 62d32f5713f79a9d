import {
  BackpressureModule,
  OverloadControl,
  OverloadSerializer,
  loadReportTrailers,
  Protected,
  ProtectionModule,
  RequestPermit,
  type RequestWork,
} from '@beamline/backpressure';
import {
  type AdmissionSettings,
  DEFAULT_SETTINGS,
  type SubjectSettings,
} from '@beamline/backpressure/core';
import type { Protection } from '../plant/protection.js';
import type { WorkDone } from '../plant/slots.js';
import type { GateSettings } from './gate.js';

/** How the project's own protection is set, beside its defaults. */
export interface BeamlineVariant {
  readonly admission?: Partial<AdmissionSettings>;
  /** Whether the handler tells how long the work took. Default true. */
  readonly reports?: boolean;
}

const SUBJECT = 'bench';

/** The contract's thresholds, but for the latency: that is the objective, of which admission keeps its time. */
const settingsOf = ({ sloMs }: GateSettings, variant: BeamlineVariant): SubjectSettings => ({
  ...DEFAULT_SETTINGS,
  thresholds: { ...DEFAULT_SETTINGS.thresholds, latencyOverloadMs: sloMs },
  policy: { ...DEFAULT_SETTINGS.policy, retryAfterSeconds: CONSTANT_RETRY_AFTER_S },
  admission: { ...DEFAULT_SETTINGS.admission, sloMs, ...variant.admission },
});

/** 30 s is the contract's. A run is shorter, so its constant is too: told in the tables' notes. */
const CONSTANT_RETRY_AFTER_S = 5;

const isWork = (token: unknown): token is RequestWork =>
  typeof token === 'object' && token !== null && 'report' in token;

/** The project's own protection: `@Protected` on the handler and two modules, as its documentation shows it. */
export const protectedByBeamline =
  (variant: BeamlineVariant) =>
  (settings: GateSettings): Protection => ({
    decorators: [Protected(SUBJECT)],
    imports: [
      BackpressureModule.forRoot({
        subjects: [{ name: SUBJECT }],
        defaults: settingsOf(settings, variant),
      }),
      ProtectionModule.forRootAsync({
        inject: [OverloadControl],
        useFactory: (control: OverloadControl) => ({
          gates: (subject: string) => control.subject(subject),
          mayRaise: () => true,
        }),
      }),
    ],
    natsOptions: { serializer: new OverloadSerializer() },
    grpcOptions: { channelOptions: { interceptors: [loadReportTrailers] } },
    token: RequestPermit,
    report: (token, { serviceMs, queueMs }: WorkDone) => {
      if (variant.reports !== false && isWork(token)) token.report({ serviceMs, queueMs });
    },
  });
