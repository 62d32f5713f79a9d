import type { LookupAddress } from 'node:dns';
import { eventually } from '@beamline/testing';
import { HostResolver } from './host-resolver.js';

const FOUND = [{ address: '127.0.0.1', family: 4 }];

describe('Names', () => {
  it('are resolved once at a time, however many ask', async () => {
    const server = aNameServer();
    const resolver = new HostResolver({ resolve: server.resolve });

    const asked = [resolver.resolve('a'), resolver.resolve('a')];
    server.answer('a');

    expect(await Promise.all(asked)).toEqual([FOUND, FOUND]);
    expect(server.asked).toEqual(['a']);
  });

  it('are resolved anew each time', async () => {
    const server = aNameServer();
    const resolver = new HostResolver({ resolve: server.resolve });

    for (const count of [1, 2]) {
      const found = resolver.resolve('a');
      server.answer('a');
      await found;
      expect(server.asked).toHaveLength(count);
    }
  });

  it('wait while as many are resolved as may be', async () => {
    const server = aNameServer();
    const resolver = new HostResolver({ maxRunning: 2, resolve: server.resolve });
    const asked = ['a', 'b', 'c'].map((host) => resolver.resolve(host));

    expect(server.asked).toEqual(['a', 'b']);

    server.answer('b');
    await eventually(() => server.asked.length === 3);
    server.answer('a');
    server.answer('c');

    expect(await Promise.all(asked)).toEqual([FOUND, FOUND, FOUND]);
  });

  it('beyond as many as may wait fail at once, and only those', async () => {
    const server = aNameServer();
    const resolver = new HostResolver({ maxRunning: 1, maxWaiting: 1, resolve: server.resolve });
    const asked = [resolver.resolve('a'), resolver.resolve('b')];

    await expect(resolver.resolve('c')).rejects.toMatchObject({ code: 'EAI_AGAIN' });

    server.answer('a');
    await eventually(() => server.asked.length === 2);
    server.answer('b');
    expect(await Promise.all(asked)).toHaveLength(2);
  });

  it('that cannot be resolved do not keep the next one from it', async () => {
    const server = aNameServer();
    const resolver = new HostResolver({ maxRunning: 1, resolve: server.resolve });
    const failing = resolver.resolve('a');
    const next = resolver.resolve('b');

    server.fail('a');
    await expect(failing).rejects.toThrow('ENOTFOUND');
    await eventually(() => server.asked.includes('b'));
    server.answer('b');

    expect(await next).toEqual(FOUND);
  });

  it('of this machine are known to the system', async () => {
    const found = await new HostResolver().resolve('localhost');

    expect(found.map(({ address }) => address).some((each) => /^(127\.|::1$)/.test(each))).toBe(
      true,
    );
  });
});

/** A resolver that answers when it is told to. */
function aNameServer() {
  const asked: string[] = [];
  const waiting = new Map<string, (answer: readonly LookupAddress[] | Error) => void>();
  return {
    asked,
    resolve: (host: string): Promise<readonly LookupAddress[]> => {
      asked.push(host);
      return new Promise((resolve, reject) => {
        waiting.set(host, (answer) => {
          if (answer instanceof Error) reject(answer);
          else resolve(answer);
        });
      });
    },
    answer: (host: string): void => waiting.get(host)?.(FOUND),
    fail: (host: string): void => waiting.get(host)?.(new Error('ENOTFOUND')),
  };
}
