import { AdmissionTally } from './admission-tally.js';

it('counts by class and fate, and begins anew once it was taken', () => {
  const tally = new AdmissionTally();
  tally.admit('critical');
  tally.admit('critical');
  tally.refuse('sheddable', 'predicted_wait');
  tally.refuse('sheddable', 'predicted_wait');
  tally.refuse('default', 'deadline');

  expect(tally.take()).toEqual({
    admitted: { critical: 2, default: 0, sheddable: 0 },
    refused: [
      { criticality: 'sheddable', reason: 'predicted_wait', count: 2 },
      { criticality: 'default', reason: 'deadline', count: 1 },
    ],
  });
  expect(tally.take()).toEqual({
    admitted: { critical: 0, default: 0, sheddable: 0 },
    refused: [],
  });
});
