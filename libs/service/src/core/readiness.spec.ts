import { Readiness } from './readiness.js';

it('is ready when every check holds', () => {
  const { readiness } = aReadiness({ nats: true, policies: true });

  expect(readiness.report()).toEqual({
    ready: true,
    draining: false,
    checks: { nats: true, policies: true },
    details: {},
  });
});

it('says of a check that holds what there is to say, and nothing of one that does not', () => {
  let connected = true;
  const detail = (): string => 'syncs in intervals';
  const readiness = new Readiness([
    { name: 'nats', holds: () => connected || 'not connected', detail },
  ]);

  expect(readiness.report().details).toEqual({ nats: 'syncs in intervals' });
  connected = false;
  expect(readiness.report().details).toEqual({});
});

it('says what is missing', () => {
  const { readiness } = aReadiness({ nats: true, policies: 'not loaded yet' });

  expect(readiness.report()).toMatchObject({
    ready: false,
    checks: { nats: true, policies: 'not loaded yet' },
  });
});

it('is not ready while it drains, whatever holds', () => {
  const { readiness } = aReadiness({ nats: true });

  readiness.drain();

  expect(readiness.report()).toMatchObject({ ready: false, draining: true });
});

it('tells listeners of changes, and of nothing else', () => {
  const { readiness, answers } = aReadiness({ nats: 'not connected' });
  const heard: boolean[] = [];
  readiness.onChange((ready) => heard.push(ready));

  readiness.report();
  answers['nats'] = true;
  readiness.report();
  readiness.report();
  readiness.drain();

  expect(heard).toEqual([true, false]);
});

it('lets wait until it is ready, also when it is already', async () => {
  const { readiness, answers } = aReadiness({ nats: 'not connected' });
  let waited = false;
  const waiting = readiness.untilReady().then(() => (waited = true));
  await Promise.resolve();
  const before = waited;

  answers['nats'] = true;
  readiness.report();
  await waiting;
  await readiness.untilReady();

  expect([before, waited]).toEqual([false, true]);
});

function aReadiness(answers: Record<string, true | string>) {
  const names = Object.keys(answers);
  const checks = names.map((name) => ({ name, holds: () => answers[name] ?? true }));
  return { readiness: new Readiness(checks), answers };
}
