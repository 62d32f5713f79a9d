import { FakeClock } from '@beamline/testing';
import { SubjectAdmission } from './subject-admission.js';
import { DEFAULT_SETTINGS } from './subject-settings.js';

describe('SubjectAdmission', () => {
  it('admits while nothing waits', () => {
    const clock = new FakeClock();
    const admission = new SubjectAdmission(DEFAULT_SETTINGS, { clock, random: () => 0 });

    const answer = admission.admit({ criticality: 'sheddable' });

    expect(answer.admitted).toBe(true);
    expect(admission.view().backlog).toBe(1);
  });

  it('counts a permit that is settled twice once', () => {
    const clock = new FakeClock();
    const admission = new SubjectAdmission(DEFAULT_SETTINGS, { clock, random: () => 0 });
    const permits = [admission.bypass(), admission.bypass()];

    permits[0]?.settle('success');
    permits[0]?.settle('success');

    expect(admission.view().backlog).toBe(1);
  });
});
