import fc from 'fast-check';
import {
  type AddressFacts,
  addressRefusal,
  DEFAULT_ENDPOINT_SCHEMES,
  type HostGrant,
  isConfidential,
  readEndpoint,
  shownEndpoint,
} from './endpoint-rules.js';

describe('An endpoint', () => {
  it.each([
    'http://localhost/api/backpressure',
    'https://gateway.example.com:8443/hooks?team=a',
    'http://[::1]:3000/',
    'HTTP://LOCALHOST',
    `http://localhost/${'a'.repeat(2047 - 17)}`,
  ])('may be %s', (endpoint) => {
    expect(read(endpoint)).toMatchObject({ ok: true });
  });

  it.each([
    [undefined, 'must be a string'],
    [{ url: 'http://localhost' }, 'must be a string'],
    ['', 'must have 1 to 2047 bytes'],
    [`http://localhost/${'a'.repeat(2048 - 17)}`, 'must have 1 to 2047 bytes'],
    ['localhost:3000/hook', 'must be an absolute URL'],
    ['/hook', 'must be an absolute URL'],
    ['//localhost/hook', 'must be an absolute URL'],
    ['http:localhost', 'must be an absolute URL'],
    ['http:///localhost', 'must be an absolute URL'],
    ['http://', 'must be an absolute URL'],
    ['http://local host/', 'visible ASCII'],
    ['http://localhost/\n', 'visible ASCII'],
    ['\thttp://localhost/', 'visible ASCII'],
    ['http://lo\u0000calhost/', 'visible ASCII'],
    ['http://localhost。example/', 'visible ASCII'],
    ['http://localhost\\@169.254.169.254/', 'backslash'],
    ['http://localhost/#part', 'fragment'],
    ['http://localhost/#', 'fragment'],
    ['http://user@localhost/', 'neither user nor password'],
    ['http://user:word@localhost/', 'neither user nor password'],
    ['http://@localhost/', 'neither user nor password'],
    ['ftp://localhost/', 'schemes: http, https'],
    ['file:///etc/passwd', 'must be an absolute URL'],
    ['gopher://localhost/_x', 'schemes: http, https'],
    ['nats://localhost:4222', 'schemes: http, https'],
    ['http://localhost:0/', 'port'],
    ['http://localhost:65536/', 'must be an absolute URL'],
    ['http://[::1/', 'must be an absolute URL'],
  ])('may not be %j: %s', (endpoint, rule) => {
    const reading = read(endpoint);

    expect(reading.ok ? 'allowed' : reading.problem).toContain(rule);
  });

  it.each([
    ['http://localhost:8443/', true],
    ['https://localhost/', true],
    ['http://localhost/', false],
    ['http://localhost:6379/', false],
  ])('%s may be one where the ports are 443 and 8443: %s', (endpoint, ok) => {
    const reading = readEndpoint(endpoint, DEFAULT_ENDPOINT_SCHEMES, [443, 8443]);

    expect(reading.ok).toBe(ok);
    expect(reading.ok ? '' : reading.problem).toMatch(ok ? /^$/ : /ports: 443, 8443$/);
  });

  it.each([
    ['https://gateway.example.com/', true],
    ['http://localhost:3000/', true],
    ['http://127.0.0.9/', true],
    ['http://[::1]/', true],
    ['http://gateway.example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://10.0.0.7/', false],
  ])('%s keeps what is posted to itself: %s', (endpoint, isKept) => {
    expect(isConfidential(new URL(endpoint))).toBe(isKept);
  });

  it('is refused for a scheme that is not on the list', () => {
    expect(readEndpoint('http://localhost/', ['https'])).toMatchObject({ ok: false });
  });

  it('is read or refused with the name of the field, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (endpoint) => {
        const reading = read(endpoint);

        return reading.ok || reading.problem.startsWith('endpoint ');
      }),
    );
  });
});

describe('An endpoint in a message', () => {
  it.each([
    ['http://user:word@localhost/hook', '"http://[REDACTED]@localhost/hook"'],
    ['http://localhost/hook?token=word', '"http://localhost/hook?[REDACTED]"'],
    ['http://localhost/hook#word', '"http://localhost/hook?[REDACTED]"'],
  ])('shows no secret of %s', (endpoint, shown) => {
    expect(shownEndpoint(endpoint)).toBe(shown);
  });

  it('never shows what stands before the host or after the path', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,12}$/), (part) => {
        const secret = `zz${part}zz`;
        const shown = shownEndpoint(`https://u:${secret}@localhost/hook?key=${secret}`);

        return !shown.includes(secret);
      }),
    );
  });

  it('shows at most 64 characters', () => {
    expect(JSON.parse(shownEndpoint(`http://localhost/${'a'.repeat(500)}`))).toHaveLength(65);
  });
});

describe('An address', () => {
  it.each`
    kind           | isListed | grant        | host           | called   | because
    ${'public'}    | ${false} | ${'name'}    | ${'a.example'} | ${true}  | ${'its name is allowed'}
    ${'public'}    | ${false} | ${'suffix'}  | ${'a.example'} | ${true}  | ${'its suffix is allowed'}
    ${'public'}    | ${false} | ${'address'} | ${'192.0.9.1'} | ${false} | ${'an address must be listed'}
    ${'public'}    | ${true}  | ${'address'} | ${'192.0.9.1'} | ${true}  | ${'it is listed'}
    ${'internal'}  | ${false} | ${'name'}    | ${'a.example'} | ${true}  | ${'the full name vouches for a network of ours'}
    ${'internal'}  | ${false} | ${'suffix'}  | ${'a.example'} | ${false} | ${'a suffix opens no network of ours'}
    ${'internal'}  | ${true}  | ${'suffix'}  | ${'a.example'} | ${true}  | ${'the network is listed'}
    ${'loopback'}  | ${false} | ${'name'}    | ${'localhost'} | ${true}  | ${'localhost is allowed by its name'}
    ${'loopback'}  | ${false} | ${'name'}    | ${'a.example'} | ${false} | ${'no other name leads to this machine'}
    ${'loopback'}  | ${false} | ${'suffix'}  | ${'localhost'} | ${false} | ${'it must be allowed by its full name'}
    ${'loopback'}  | ${true}  | ${'suffix'}  | ${'a.example'} | ${true}  | ${'the address is listed'}
    ${'forbidden'} | ${true}  | ${'name'}    | ${'localhost'} | ${false} | ${'some addresses are never called'}
    ${'forbidden'} | ${true}  | ${'address'} | ${'a.example'} | ${false} | ${'not even when they are listed'}
  `('is called ($called) when $because', ({ kind, isListed, grant, host, called }) => {
    const address: AddressFacts = { address: '10.0.0.7', kind, range: 'private', isListed };

    expect(addressRefusal({ host, grant: grant as HostGrant }, address) === undefined).toBe(called);
  });
});

describe('The reason why an address is not called', () => {
  it.each`
    kind           | range          | host          | reason
    ${'internal'}  | ${'private'}   | ${'a.test'}   | ${'a.test at 10.0.0.7 is not called: the address, which is private, is not in the list of allowed hosts'}
    ${'public'}    | ${'unicast'}   | ${'10.0.0.7'} | ${'10.0.0.7 is not called: the address is not in the list of allowed hosts'}
    ${'forbidden'} | ${'multicast'} | ${'a.test'}   | ${'a.test at 10.0.0.7 is never called: multicast'}
  `('names host, address and rule: $reason', ({ kind, range, host, reason }) => {
    const address: AddressFacts = { address: '10.0.0.7', kind, range, isListed: false };
    const grant = host === '10.0.0.7' ? 'address' : 'suffix';

    expect(addressRefusal({ host, grant }, address)).toBe(reason);
  });
});

function read(endpoint: unknown): ReturnType<typeof readEndpoint> {
  return readEndpoint(endpoint, DEFAULT_ENDPOINT_SCHEMES);
}
