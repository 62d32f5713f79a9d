/** How much a request matters: what is shed first, and what last. */
export type Criticality = 'critical' | 'default' | 'sheddable';

/** All classes, the most important first. */
export const CRITICALITIES: readonly Criticality[] = ['critical', 'default', 'sheddable'];
