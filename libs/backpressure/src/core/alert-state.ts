import type { LoadSignals } from './load-signals.js';
import type { OverloadAlert } from './overload.events.js';
import type { OverloadStatus } from './overload-status.js';
import type { BackpressurePolicy } from './subject-settings.js';

/** A change of status that may be worth an alert. */
export interface AlertingChange {
  readonly subject: string;
  readonly to: OverloadStatus;
  readonly signals: LoadSignals;
  /** Unix milliseconds. */
  readonly atMs: number;
}

type Alerting = Pick<BackpressurePolicy, 'alertOnActive' | 'alertOnWarning'>;
type AlertingStatus = Exclude<OverloadStatus, 'inactive'>;

/** An overload that is handled calls nobody out of bed: the contract lists it as a warning, and logs a warning as info. */
const ALERTS = {
  active: { alertName: 'RouterBackpressureActive', severity: 'warning' },
  warning: { alertName: 'RouterBackpressureWarning', severity: 'info' },
} as const;

/**
 * Which alert stands for one subject. Each is raised once on entry and resolved once when its status ends, even when
 * the policy has changed its mind in between: what was raised must not stay open for ever. An end goes out with the
 * severity of its beginning, so that it reaches those who heard of that.
 */
export class AlertState {
  #raised: AlertingStatus | undefined;

  /** Alerts that a change brings about, ends first. */
  on(change: AlertingChange, policy: Alerting): readonly OverloadAlert[] {
    const before = this.#raised;
    const after = raisedBy(change.to, policy, before);
    this.#raised = after;
    if (before === after) return [];
    const ended = before === undefined ? [] : [alertOf(before, 'resolved', change)];
    const begun = after === undefined ? [] : [alertOf(after, 'raised', change)];
    return [...ended, ...begun];
  }

  /** Takes over what another replica has raised, without raising it again. */
  follow(status: OverloadStatus, policy: Alerting): void {
    this.#raised = raisedBy(status, policy, this.#raised);
  }
}

function raisedBy(
  status: OverloadStatus,
  policy: Alerting,
  standing: AlertingStatus | undefined,
): AlertingStatus | undefined {
  if (status === 'inactive') return undefined;
  const wanted = status === 'active' ? policy.alertOnActive : policy.alertOnWarning;
  return wanted || standing === status ? status : undefined;
}

function alertOf(
  status: AlertingStatus,
  state: OverloadAlert['state'],
  { subject, to, signals, atMs }: AlertingChange,
): OverloadAlert {
  const verb = state === 'raised' ? 'is' : `is no longer ${status}, it is`;
  const message = `backpressure of ${subject} ${verb} ${to}`;
  return { ...ALERTS[status], state, subject, message, signals, atMs };
}
