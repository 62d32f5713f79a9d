import type { Callers, ClassName } from '../load/load-messages.js';
import type { BackendOptions, Transport } from '../plant/plant-messages.js';
import type { FigureName } from '../measure/figures.js';
import type { Target } from '../../harness/results.js';
import type { Phase } from './phase.js';

/** A figure that is taken of a run, over one of its phases. */
export interface FigureRequest {
  readonly figure: FigureName;
  /** Name of the phase it is taken over. */
  readonly over: string;
  /** Whether only the time after the first seconds of the phase counts. Default false. */
  readonly steady?: boolean;
  /** What the project's own contestant shall reach. */
  readonly target?: Target;
}

/** One load on one plant. */
export interface Variant {
  readonly name: string;
  readonly phases: readonly Phase[];
  readonly figures: readonly FigureRequest[];
  /** Where the plant differs from the usual one. */
  readonly plant?: Partial<PlantSetting>;
  /** Who is measured, where not everybody of the workload is. */
  readonly contestants?: readonly string[];
  /** Shares of the classes, in the order critical, default, sheddable; left out: nobody tells a class. */
  readonly classes?: readonly { readonly name: ClassName; readonly share: number }[];
  /** Shares of the tenants; needs `classes`. */
  readonly tenants?: readonly number[];
  readonly callers?: Callers;
  /** Arrivals and work come from the trace, not from Poisson and the plant. */
  readonly trace?: boolean;
  /** Whether requests may fail in other ways than by refusal: what collapses is cut off. Default false: that is an error. */
  readonly mayFail?: boolean;
  /** Whether every run gets a new process, whose limiter knows nothing yet. Default false. */
  readonly cold?: boolean;
}

export interface PlantSetting {
  /** `router`: not a plant but the built router, over NATS. */
  readonly transport: Transport | 'router';
  readonly backend: BackendOptions;
  readonly sloMs: number;
}

/** A question that is put to all contestants. */
export interface Workload {
  /** `W1` … : what `--only` takes, and the end of the result's file name in small letters. */
  readonly id: string;
  readonly title: string;
  readonly variants: readonly Variant[];
  readonly contestants: readonly string[];
}
