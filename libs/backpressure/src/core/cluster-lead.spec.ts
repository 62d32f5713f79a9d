import { ClusterLead } from './cluster-lead.js';

const TIMES = { reportEveryMs: 1_000, liveForMs: 3_000 };

it('leads at once when there is nobody to hear', () => {
  expect(new ClusterLead(TIMES).mayLead(0, false)).toBe(true);
});

it('leads itself when nobody can be reached for as long as a silent replica counts as living', () => {
  const lead = new ClusterLead(TIMES);
  lead.started(0);

  expect(lead.mayLead(2_999, true)).toBe(false);
  expect(lead.mayLead(3_000, true)).toBe(true);
  expect(lead.maySpeak(1e9)).toBe(false);
});

it('hears one report of everybody before it speaks, and speaks before it leads', () => {
  const lead = new ClusterLead(TIMES);
  lead.started(0);
  lead.connected(500);

  expect(lead.maySpeak(1_749)).toBe(false);
  expect(lead.maySpeak(1_750)).toBe(true);
  expect(lead.mayLead(1_999, true)).toBe(false);
  expect(lead.mayLead(2_000, true)).toBe(true);
});

it('speaks on when it is connected again, and listens before it leads again', () => {
  const lead = new ClusterLead(TIMES);
  lead.started(0);
  lead.connected(0);
  lead.spoke();
  lead.connected(60_000);

  expect(lead.maySpeak(60_000)).toBe(true);
  expect(lead.mayLead(61_499, true)).toBe(false);
  expect(lead.mayLead(61_500, true)).toBe(true);
});

it('is not believed before it has heard the others, however often its connection breaks', () => {
  const lead = new ClusterLead(TIMES);
  lead.started(0);
  lead.connected(0);
  lead.connected(1_000);

  expect(lead.maySpeak(2_249)).toBe(false);
  expect(lead.maySpeak(2_250)).toBe(true);
});

it('waits for what was written down, but not for ever', () => {
  const lead = new ClusterLead(TIMES);
  lead.started(0);
  lead.connected(1_000);

  expect(lead.mayLead(2_500, true)).toBe(true);
  expect(lead.mayLead(2_500, false)).toBe(false);
  expect(lead.mayLead(3_999, false)).toBe(false);
  expect(lead.mayLead(4_000, false)).toBe(true);
});
