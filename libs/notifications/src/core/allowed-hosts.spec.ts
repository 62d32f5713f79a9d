import { grantOfName, readAllowedHosts } from './allowed-hosts.js';

describe('A list of allowed hosts', () => {
  it('takes names, suffixes, addresses and networks', () => {
    const entries = ['Gateway.Example.com.', '*.svc.local', '10.0.0.0/8', '[::1]', '127.0.0.1'];

    expect(readAllowedHosts(entries)).toEqual({
      ok: true,
      hosts: {
        names: new Set(['gateway.example.com']),
        suffixes: ['.svc.local'],
        networks: ['10.0.0.0/8', '::1', '127.0.0.1'],
      },
    });
  });

  it.each([
    '',
    '*',
    '*.',
    '*.*.local',
    'a.*.local',
    'http//x y',
    'a b',
    '-a.local',
    'a..local',
    'user@host',
    `${'a'.repeat(64)}.local`,
  ])('names the entry %j as wrong', (entry) => {
    const reading = readAllowedHosts(['localhost', entry]);
    // An entry with a slash is taken for a network here; whether it is one, the guard knows.
    const problems = reading.ok ? reading.hosts.networks : reading.problems;

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(entry.slice(0, 64));
  });
});

describe('A name', () => {
  it.each`
    name                          | grant        | because
    ${'gateway.example.com'}      | ${'name'}    | ${'it is listed'}
    ${'GATEWAY.example.COM.'}     | ${'name'}    | ${'case and the dot of the root mean nothing'}
    ${'a.svc.local'}              | ${'suffix'}  | ${'it ends in a listed suffix'}
    ${'a.b.svc.local'}            | ${'suffix'}  | ${'suffixes have any depth'}
    ${'svc.local'}                | ${undefined} | ${'a suffix is not a name'}
    ${'.svc.local'}               | ${undefined} | ${'nothing stands before the suffix'}
    ${'evilsvc.local'}            | ${undefined} | ${'suffixes begin at a dot'}
    ${'a.gateway.example.com'}    | ${undefined} | ${'a name does not stand for those below it'}
    ${'gateway.example.com.evil'} | ${undefined} | ${'a name does not stand for those above it'}
  `('$name is allowed by $grant: $because', ({ name, grant }) => {
    const reading = readAllowedHosts(['gateway.example.com', '*.svc.local']);

    expect(reading.ok && grantOfName(name, reading.hosts)).toBe(grant);
  });
});
