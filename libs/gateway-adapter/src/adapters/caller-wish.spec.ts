import { readWish } from './caller-wish.js';

const trusting = { mayRaise: () => true, maxTimeoutMs: 5_000 };
const wary = { ...trusting, mayRaise: () => false };

it('reads everything that a trusted caller says', () => {
  const said = {
    'x-criticality': 'critical_plus',
    'x-attempt': '2',
    'x-workflow-step': '3',
    'x-timeout-ms': '1500',
  };

  expect(readWish(said, trusting)).toEqual({
    criticality: 'critical',
    plus: true,
    attempt: 2,
    workflowStep: 3,
    timeoutMs: 1_500,
  });
});

it('believes nobody else to be more important', () => {
  const said = { 'x-criticality': 'critical_plus', 'x-workflow-step': '3' };

  expect(readWish(said, wary)).toMatchObject({
    criticality: 'default',
    plus: false,
    workflowStep: undefined,
  });
});

it('believes everybody to be less important', () => {
  expect(readWish({ 'x-criticality': 'sheddable' }, wary).criticality).toBe('sheddable');
});

it('takes nothing said for nothing wished', () => {
  expect(readWish({}, trusting)).toEqual({
    criticality: 'default',
    plus: false,
    attempt: 0,
    workflowStep: undefined,
    timeoutMs: undefined,
  });
});

it.each([
  ['x-attempt', 'many'],
  ['x-attempt', '-1'],
  ['x-attempt', '1000'],
  ['x-workflow-step', '1.5'],
  ['x-workflow-step', '1234567'],
  ['x-timeout-ms', 'soon'],
])('passes over %s: %s', (name, value) => {
  expect(readWish({ [name]: value }, trusting)).toEqual(readWish({}, trusting));
});

it('waits for nobody longer than the router may take', () => {
  expect(readWish({ 'x-timeout-ms': '60000' }, trusting).timeoutMs).toBe(5_000);
});
