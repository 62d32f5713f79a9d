import { execFile } from 'node:child_process';
import { addressed, commandsIn, docsCommands } from './docs-commands.js';
import { NpmStart, ROOT, aDataDir, removeDataDir } from './npm-start.js';

const COMMANDS = docsCommands(ROOT);
const COMMAND_MS = 20_000;

function runInShell(command: string, dataDir: string): Promise<string> {
  const env = { ...process.env, BEAMLINE_DATA_DIR: dataDir };
  return new Promise((done) => {
    const options = { cwd: ROOT, env, timeout: COMMAND_MS };
    execFile('/bin/sh', ['-c', command], options, (_error, stdout, stderr) =>
      done(stdout + stderr),
    );
  });
}

describe('the commands of README and docs', () => {
  let dataDir: string;
  let system: NpmStart;

  beforeAll(async () => {
    dataDir = aDataDir();
    system = await NpmStart.ready(dataDir);
  }, 120_000);

  afterAll(async () => {
    await NpmStart.stopAll();
    removeDataDir(dataDir);
  });

  it.each(COMMANDS)(
    '$page:$line answers with $expect',
    async ({ command, expect: wanted }) => {
      const { endpoints } = system;
      if (!endpoints) throw new Error('the system has no endpoints');

      const output = await runInShell(addressed(command, endpoints), dataDir);

      expect(output).toContain(wanted);
    },
    COMMAND_MS,
  );

  it('shows a newcomer at least one command per door', () => {
    const readme = COMMANDS.filter(({ page }) => page === 'README.md').map(
      ({ command }) => command,
    );

    expect(readme.filter((command) => command.startsWith('curl'))).not.toEqual([]);
    expect(readme.filter((command) => command.includes('try.mjs grpc'))).not.toEqual([]);
    expect(readme.filter((command) => command.includes('try.mjs nats'))).not.toEqual([]);
  });

  it('finds a marked block and leaves an unmarked one alone', () => {
    const text =
      '# P\n\n<!-- run, expect: yes -->\n\n```sh\necho yes\n```\n\n```sh\necho no\n```\n';

    expect(commandsIn('p.md', text)).toEqual([
      { page: 'p.md', line: 3, command: 'echo yes', expect: 'yes' },
    ]);
  });
});
