import type { Unfitness } from './fitness.js';

/** The stations of a decision. Candidates come first, whatever decides in the end. */
type TraceStage =
  'candidate' | 'selected_provider' | 'rules' | 'sticky' | 'split' | 'last_resort' | 'result';

/** What became of a station or a candidate. */
type TraceOutcome = 'kept' | 'excluded' | 'chosen' | 'passed';

/** Why. */
export type TraceReason =
  | Unfitness
  | 'fit'
  | 'not_sticky'
  | 'no_session'
  | 'session_too_long_to_pin'
  | 'no_live_pin'
  | 'pin_of_unlisted_provider'
  | 'pinned'
  | 'no_match'
  | 'no_target'
  | 'no_rule_applies'
  | 'attempts_left'
  | 'attempts_used_up'
  | 'no_current_provider'
  | 'lowest_score'
  | 'nobody_fit'
  | 'no_providers'
  | 'legacy_fallback'
  | 'no_legacy_fallback'
  | 'every_breaker_open'
  | 'selected_provider_open'
  | 'no_substitute'
  | 'decided'
  | 'no_provider_available';

/** One thing a decision looked at, in wire form. */
export interface TraceStep {
  readonly stage: TraceStage;
  readonly outcome: TraceOutcome;
  readonly why: TraceReason;
  readonly provider_id?: string;
  readonly rule_id?: string;
  /** Numbers behind it; told at level `verbose`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Hears what a decision looks at. */
export type TraceSink = (step: TraceStep) => void;
