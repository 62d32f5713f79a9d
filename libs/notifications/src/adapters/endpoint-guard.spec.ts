import fc from 'fast-check';
import { EndpointGuard } from './endpoint-guard.js';

describe('By default, an endpoint', () => {
  it.each([
    'http://localhost:3000/api/backpressure',
    'https://LOCALHOST./',
    'http://127.0.0.1:8080/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
  ])('may be %s', (endpoint) => {
    expect(new EndpointGuard().check(endpoint)).toMatchObject({ ok: true });
  });

  it.each([
    'http://gateway.example.com/',
    'http://localhost.example.com/',
    'http://example.com/localhost',
    'http://127.0.0.2/',
    'http://10.0.0.7/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[fe80::1]/',
    // The parser of URLs makes 0.0.0.0 of these.
    'http://0/',
    'http://0x0/',
  ])('may not be %s', (endpoint) => {
    const check = new EndpointGuard().check(endpoint);

    expect(check).toMatchObject({ ok: false, error: 'invalid_endpoint' });
    expect(check.ok ? '' : check.problem).toMatch(/^endpoint ".+" must have an allowed host/);
  });

  it.each(['http://2130706433/', 'http://0x7f000001/', 'http://127.1/', 'http://0177.0.0.1/'])(
    'is what the parser of URLs makes of %s, and that is what is called',
    (endpoint) => {
      const check = new EndpointGuard().check(endpoint);

      expect(check.ok && check.url.hostname).toBe('127.0.0.1');
    },
  );

  it('is refused without its secrets being shown', () => {
    const check = new EndpointGuard().check('http://gateway.example.com/hook?token=secret-word');

    expect(check.ok ? '' : check.problem).toBe(
      'endpoint "http://gateway.example.com/hook?[REDACTED]" must have an allowed host',
    );
  });
});

describe('An address', () => {
  it.each([
    ['169.254.169.254', 'linkLocal'],
    ['169.254.0.1', 'linkLocal'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['fd00:ec2::254', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::ffff:169.254.169.254', 'linkLocal'],
    ['::ffff:a9fe:a9fe', 'linkLocal'],
    ['64:ff9b::a9fe:a9fe', 'linkLocal'],
    ['::169.254.169.254', 'ipv4Compatible'],
    ['::127.0.0.1', 'ipv4Compatible'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:1::1', 'teredo'],
    ['64:ff9b:1::1', 'rfc6052'],
    ['127.1', 'no IP address'],
    ['0x7f000001', 'no IP address'],
    ['', 'no IP address'],
  ])('such as %s (%s) is never called, even when everything is allowed', (address, range) => {
    const guard = new EndpointGuard({ hosts: ['gateway.test', '0.0.0.0/0', '::/0'] });

    expect(guard.refusalOf('gateway.test', address)).toContain(`is never called: ${range}`);
  });

  it.each`
    address               | name     | suffix   | listed  | because
    ${'93.184.216.34'}    | ${true}  | ${true}  | ${true} | ${'it is public'}
    ${'2606:2800::1'}     | ${true}  | ${true}  | ${true} | ${'it is public'}
    ${'::ffff:5db8:d822'} | ${true}  | ${true}  | ${true} | ${'it is public in other clothes'}
    ${'64:ff9b::5db8:1'}  | ${true}  | ${true}  | ${true} | ${'it is public behind a translator'}
    ${'10.0.0.7'}         | ${true}  | ${false} | ${true} | ${'it is private'}
    ${'172.16.0.1'}       | ${true}  | ${false} | ${true} | ${'it is private'}
    ${'192.168.1.1'}      | ${true}  | ${false} | ${true} | ${'it is private'}
    ${'100.64.0.1'}       | ${true}  | ${false} | ${true} | ${'it is shared'}
    ${'fd12::1'}          | ${true}  | ${false} | ${true} | ${'it is unique local'}
    ${'::ffff:a00:7'}     | ${true}  | ${false} | ${true} | ${'it is private in other clothes'}
    ${'64:ff9b::a00:7'}   | ${true}  | ${false} | ${true} | ${'it is private behind a translator'}
    ${'240.0.0.1'}        | ${true}  | ${false} | ${true} | ${'it is reserved'}
    ${'127.0.0.1'}        | ${false} | ${false} | ${true} | ${'it is this machine'}
    ${'127.8.8.8'}        | ${false} | ${false} | ${true} | ${'it is this machine'}
    ${'::1'}              | ${false} | ${false} | ${true} | ${'it is this machine'}
    ${'::ffff:7f00:1'}    | ${false} | ${false} | ${true} | ${'it is this machine in other clothes'}
  `(
    '$address is called for a name: $name, for a suffix: $suffix, when listed: $listed; $because',
    ({ address, name, suffix, listed }) => {
      const guards = {
        name: new EndpointGuard({ hosts: ['a.test'] }),
        suffix: new EndpointGuard({ hosts: ['*.test'] }),
        listed: new EndpointGuard({ hosts: ['*.test', '0.0.0.0/0', '::/0'] }),
      };

      expect({
        name: guards.name.refusalOf('a.test', address) === undefined,
        suffix: guards.suffix.refusalOf('a.test', address) === undefined,
        listed: guards.listed.refusalOf('a.test', address) === undefined,
      }).toEqual({ name, suffix, listed });
    },
  );

  it('of this machine is called for localhost', () => {
    const guard = new EndpointGuard({ hosts: ['localhost'] });

    expect([
      guard.refusalOf('localhost', '127.0.0.1'),
      guard.refusalOf('localhost', '::1'),
    ]).toEqual([undefined, undefined]);
  });

  it('is not called for a host that is not allowed', () => {
    expect(new EndpointGuard().refusalOf('a.test', '93.184.216.34')).toBe(
      'a.test is not an allowed host',
    );
  });

  it('below the always refused ranges is refused, whichever it is and however the list is', () => {
    const guard = new EndpointGuard({ hosts: ['a.test', '*.test', '0.0.0.0/0', '::/0'] });
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.nat({ max: 255 }), (a, b) => {
        const plain = `169.254.${a}.${b}`;
        const forms = [plain, `::ffff:${plain}`, `64:ff9b::${plain}`];

        return forms.every((form) => guard.refusalOf('a.test', form) !== undefined);
      }),
    );
  });
});

describe('A network of the list', () => {
  const guard = new EndpointGuard({ hosts: ['10.1.0.0/16', 'fd12::/16'] });

  it.each(['http://10.1.2.3/', 'http://[fd12:1::7]:3000/'])('covers %s', (endpoint) => {
    expect(guard.check(endpoint)).toMatchObject({ ok: true });
  });

  it.each(['http://10.2.0.1/', 'http://[fd13::1]/', 'http://gateway.test/'])(
    'does not cover %s',
    (endpoint) => {
      expect(guard.check(endpoint)).toMatchObject({ ok: false });
    },
  );
});

describe('A guard', () => {
  it.each([
    [{ hosts: ['http://localhost'] }, 'allowed host "http://localhost" must be'],
    [{ hosts: ['10.0.0.0/33'] }, 'allowed host "10.0.0.0/33" must be'],
    [{ hosts: ['10.0.0.0/'] }, 'allowed host "10.0.0.0/" must be'],
    [{ hosts: ['127.1'] }, 'allowed host "127.1" must be'],
    [{ hosts: ['localhost:3000'] }, 'allowed host "localhost:3000" must be'],
    [{ hosts: ['*'] }, 'allowed host "*" must be'],
    [{ schemes: ['file'] }, 'endpoint scheme "file" must be http or https'],
  ])('is not made with %j: %s', (options, message) => {
    expect(() => new EndpointGuard(options)).toThrow(message);
  });

  it('lets nothing through when it has an empty list', () => {
    expect(new EndpointGuard({ hosts: [] }).check('http://localhost/')).toMatchObject({
      ok: false,
    });
  });

  it('allows the schemes it was given', () => {
    const guard = new EndpointGuard({ schemes: ['https'] });

    expect(guard.check('https://localhost/')).toMatchObject({ ok: true });
    expect(guard.check('http://localhost/')).toMatchObject({ ok: false });
  });
});
