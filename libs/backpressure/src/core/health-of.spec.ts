import { healthOf } from './health-of.js';

it('is healthy without subjects', () => {
  expect(healthOf([])).toEqual({
    healthy: true,
    statusCounts: { active: 0, warning: 0, inactive: 0 },
    totalSubjects: 0,
  });
});

it('is healthy while no subject is active: a warning is no illness', () => {
  expect(healthOf(['warning', 'inactive', 'warning'])).toEqual({
    healthy: true,
    statusCounts: { active: 0, warning: 2, inactive: 1 },
    totalSubjects: 3,
  });
});

it('is unhealthy as soon as one subject is active', () => {
  expect(healthOf(['inactive', 'active'])).toMatchObject({ healthy: false, totalSubjects: 2 });
});
