import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { BIN, lk, testOnNode } from '../cli.ts';

const ROOT_HELP = /^The doctor for the parallelism of LensKit[\s\S]*^COMMANDS/m;
const DOCTOR_HELP = /^Say what LensKit's parallelism will really do[\s\S]*^USAGE\n {2}\$ lk doctor \[FLAGS\]$/m;

describe('help, however it is asked for', () => {
  test.each([
    [[], ROOT_HELP],
    [['-h'], ROOT_HELP],
    [['--help'], ROOT_HELP],
    [['help'], ROOT_HELP],
    [['help', 'doctor'], DOCTOR_HELP],
    [['doctor', '-h'], DOCTOR_HELP],
    [['doctor', '--json', '--help'], DOCTOR_HELP],
    [['help', 'bench'], /\$ lk bench COMMAND/],
    [['bench', '-h'], /\$ lk bench COMMAND/],
    [['help', 'bench', 'batch'], /\$ lk bench batch \[FLAGS\]/],
    [['explain', '-h'], /\$ lk explain/],
  ])('%j', (args, text) => {
    const { status, stdout, stderr } = lk(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(text);
  });

  test('what belongs to a command that is measured is left to it', () => {
    expect(lk(['bench', 'batch', '--budget', 'soon', '--', 'true', '-h']).stderr).toMatch(/--budget soon/);
  });

  test.each([[['-v']], [['version']], [['--version']]])('%j: the version', (args) => {
    expect(lk(args)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^lenskit-doctor\/\d/), stderr: '' });
  });

  /** What a terminal of 24 lines and 80 columns shows, the prompt below it left out. */
  const screen = (args: string[]) =>
    lk(args, { env: { COLUMNS: '80' } })
      .stdout.split('\n')
      .flatMap((line) => line.match(/.{1,80}/g) ?? [''])
      .slice(0, 23)
      .join('\n');

  test('the first screen has every command', () => {
    const { stdout } = lk(['--help'], { env: { COLUMNS: '80' } });
    expect(screen(['--help']).trimEnd().endsWith(stdout.trimEnd().slice(-40))).toBe(true);
    for (const name of ['doctor', 'explain', 'run', 'completion']) expect(screen(['--help'])).toContain(`\n  ${name} `);
  });

  test('the first screen of lk bench batch has what most runs need', () => {
    const first = screen(['bench', 'batch', '--help']).split('COMMAND FLAGS')[0];
    expect(screen(['bench', 'batch', '--help'])).toContain('COMMAND FLAGS');
    for (const flag of ['model', 'data', 'for-users', 'budget', 'python', 'write', 'save', 'json'])
      expect(first).toContain(`--${flag}`);
  });

  test('no usage line has an alternative without a name', () => {
    for (const args of [['doctor'], ['bench', 'batch'], ['check', 'script'], ['explain']]) {
      expect(lk([...args, '--help']).stdout).not.toMatch(/\| *[|\]]/);
    }
  });
});

describe('what was probably meant', () => {
  test.each([
    [['docter'], 'command docter not found; did you mean doctor?'],
    [['help', 'docter'], 'command docter not found; did you mean doctor?'],
    [['frobnicate'], 'command frobnicate not found; lk --help lists them'],
    [['bench', 'btach'], 'command bench btach not found; did you mean bench batch?'],
    [['doctor', '--json=1'], '--json=1: it takes no value; leave out what follows the ='],
    [['ps', '--json=yes'], '--json=yes: it takes no value; leave out what follows the ='],
    [['doctor', '--jsn'], 'nonexistent flag: --jsn; did you mean --json?'],
    [['doctor', '--zzzzzzzz'], 'nonexistent flag: --zzzzzzzz; lk doctor --help lists them'],
    [['doctor', 'extra'], 'lk doctor extra: it takes nothing but flags'],
    [['doctor', 'jsno'], 'lk doctor jsno: it takes nothing but flags; did you mean --json?'],
    [['doctor', 'eval.py'], 'lk doctor eval.py: it takes nothing but flags; did you mean --script eval.py?'],
    [['doctor', 'node.json'], 'lk doctor node.json: it takes nothing but flags; did you mean --from node.json?'],
    [['bench', 'batch', 'x'], 'lk bench batch x: it takes nothing but flags; a command stands behind --: -- x'],
    [['explain', 'cpu', 'x'], 'lk explain x: it takes NAME and flags, no more'],
    [['--verbose'], '--verbose: no command stands before it; did you mean lk bench batch --verbose?'],
    [['--zzz'], '--zzz: no command stands before it; lk --help lists the commands'],
    [['doctor', '--cpus'], '--cpus: no value follows; write --cpus N'],
    [['doctor', '--format'], '--format: no value follows; write one of text, json, markdown, github'],
    [['doctor', '--cpus', '1', '--cpus', '2'], '--cpus is there twice; write it once'],
    [['doctor', '--from', 'x', '--sysroot', '/'], '--from and --sysroot exclude each other; leave one of them out'],
    [['doctor', '-q', '-v'], '--quiet and --verbose exclude each other; leave one of them out'],
    [['doctor', '-q', '--format', 'markdown'], '--quiet and --format markdown: it shortens the text alone'],
    [['bench', 'batch', '--budget', 'soon'], '--budget soon: no time; write one such as 90s, 10m or 1h'],
    [['bench', 'batch', '--users', '0'], '--users 0: write a whole number, 1 or more'],
    [['bench', 'batch', '--threads', '1,x'], '--threads x: write a whole number, 1 to 4096'],
    [['bench', 'batch', '--seed', '-1'], '--seed -1: write a whole number, 0 to 4294967295'],
    [['bench', 'batch', '--ignore-failure=300'], '--ignore-failure 300: write a whole number, 1 to 255'],
    [
      ['bench', 'batch', '--max-oversubscription', '0'],
      '--max-oversubscription 0: write a number above 0, such as 2 or 1.5',
    ],
    [['doctor', '--cpus', '1e3'], '--cpus 1e3: no number of CPUs; write a whole number from 1 to 65536'],
    [['env', '--users=0'], '--users 0: no number of users; write a whole number from 1 to 999,999,999,999'],
    [
      ['run', '--jobs', '1.5', '--', 'true'],
      '--jobs 1.5: no whole number; write the n_jobs of a batch call, such as 2',
    ],
    [['ps', '--for', '99ms'], '--for 99ms: the kernel counts in steps of 10 ms; write 100ms or more'],
    [['watch', '1', '--every=2h'], '--every 2h: write a time from 0.1s to 1h'],
    [['compare', '--cpus', 'x', 'a'], '--cpus x: no number of CPUs; write a whole number from 1 to 65536'],
    [['doctor', '--for', '90s'], '--for 90s: it is for how long to look at a running job; name one with --pid'],
    [['doctor', '--only', 'cpux'], 'no check cpux: did you mean cpu? lk explain lists them'],
    [['doctor', '--only', 'zzzz'], 'no check zzzz; lk explain lists them'],
    [
      ['doctor', '--python', '/etc/passwd'],
      "--python /etc/passwd is no Python; name an interpreter or an environment's folder",
    ],
    [
      ['doctor', '--python', __filename],
      `--python ${__filename} is no Python; name an interpreter or an environment's folder`,
    ],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = lk(args);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: `lk: ${message}\n` });
  });
});

test('a group of checks is listed', () => {
  const { status, stdout } = lk(['explain', 'cpu']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {2}cpu\/quota-ignored +LensKit does not see a CPU quota$/m);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .every((line) => line.startsWith('  cpu/')),
  ).toBe(true);
  expect(lk(['explain', 'CPU/']).stdout).toBe(stdout);
});

describe('--quiet', () => {
  const failing = ['--lenskit', '2025.3', '--cpus', '4', '--env', 'LK_NUM_PROCS=0'];
  test('what needs attention alone, in the words of the report', () => {
    const { status, stdout } = lk(['doctor', '--quiet', ...failing]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^[✗!‼] /);
    expect(lk(['doctor', ...failing]).stdout).toContain(stdout.trimEnd());
  });
  test('nothing where nothing does', () => {
    const { status, stdout } = lk(['doctor', '-q', '--lenskit', '2026.1', '--cpus', '1', '--only', 'plan']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

test('which of the variables for colour wins is said by nobody', () => {
  const commands = [
    ['doctor'],
    ['--help'],
    ['doctor', '--help'],
    ['doctor', '--jsn'],
    ['explain'],
    ['env'],
    ['run', '--', 'true'],
    ['check', 'script', '/nowhere.py'],
    ['bench', 'batch', '--max-trials', '0'],
  ];
  for (const args of commands) {
    expect(lk(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).stderr).not.toContain('NO_COLOR');
  }
  expect(lk(['doctor'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).stdout).toContain('\u001b[1m');
});

testOnNode('an older Node is told so in one line, by every command', () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '18.20.8' }); require(${JSON.stringify(BIN)});`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', old], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: 'lk: Node 18.20.8 is too old; use Node 20 or newer\n',
  });
});

test("a developer's NODE_ENV changes nothing", () => {
  const { status, stderr } = lk(['env', '--help'], { env: { NODE_ENV: 'development' } });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
