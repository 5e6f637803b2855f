import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { BenchResult } from '../../src/documents/bench-result.ts';
import { BIN, expectValid, homeOfUse, START } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { findPython } from '../process/python.ts';

jest.setTimeout(120_000);

const onLinux = process.platform === 'linux' ? test : test.skip;
const described = findPython() === null ? describe.skip : describe;

/** A line of bash in which `lk` is the built program. */
function shell(line: string, cwd: string, env: { [name: string]: string } = {}) {
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', `lk() { "$NODE" "$LK" "$@"; }; ${line}`], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent-home',
      NODE: START,
      LK: BIN,
      ...env,
    },
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** The same where it fails: exit status 2, nothing on standard output, one line. */
function refusal(line: string, cwd: string): string {
  const { status, stdout, stderr } = shell(line, cwd);
  expect([line, status, stdout, stderr.split('\n').length]).toEqual([line, 2, '', 2]);
  return stderr;
}

describe('lk doctor', () => {
  onLinux('a snapshot through standard output, pipes and standard input is what a file holds', () =>
    withTree({}, (root) => {
      const { stdout, stderr } = shell('lk doctor --snapshot -', root);
      expect(JSON.parse(stdout)).toMatchObject({ kind: 'lenskit-doctor snapshot' });
      expect(stderr).toContain('CPUs');
      writeFileSync(path.join(root, 's.json'), stdout);
      const report = (line: string): unknown => ({ ...(JSON.parse(shell(line, root).stdout) as object), time: null });
      const expected = report('lk doctor --from s.json --json');
      for (const line of [
        'lk doctor --from - --json < s.json',
        'cat s.json | lk doctor --from - --json',
        'lk doctor --json --from /dev/stdin < s.json',
        'lk doctor --json --from <(sleep 0.5; cat s.json)',
        'mkfifo p; (exec > p; sleep 0.5; cat s.json) & lk doctor --json --from p',
      ])
        expect([line, report(line)]).toEqual([line, expected]);
      expect(shell('lk doctor --snapshot - | head -c 1', root)).toMatchObject({ status: 0, stdout: '{' });
      expect(readdirSync(root).sort()).toEqual(['p', 's.json']);
    }),
  );

  onLinux('what cannot be read or written is one line, before anything is looked at', () =>
    withTree({ '/s.json': '{}' }, (root) => {
      spawnSync('mkfifo', [path.join(root, 'pipe')]);
      for (const [line, words] of [
        ['lk doctor --snapshot nowhere/s.json', '--snapshot nowhere/s.json: the folder nowhere is not there'],
        ['lk doctor --snapshot .', '--snapshot .: a directory'],
        ['lk doctor --snapshot pipe', '--snapshot pipe: nobody has it open at the other end'],
        ['lk doctor --from pipe', '--from pipe: a pipe that nobody writes to'],
        ['lk doctor --from nowhere/s.json', 'the folder nowhere is not there'],
        [`lk doctor --from ${'x'.repeat(300)}`, 'the name is too long'],
        ['lk doctor --snapshot - --format markdown', '--snapshot -: standard output is for --format markdown'],
      ] as const)
        expect(refusal(line, root)).toContain(words);
      expect(shell('lk doctor --snapshot - --json', root)).toMatchObject({
        status: 2,
        stdout: expect.stringContaining('FlagError'),
      });
    }),
  );

  onLinux('an output that fails does not cost the report', () =>
    withTree({}, (root) => {
      const { status, stdout, stderr } = shell('lk doctor --json --snapshot /dev/full', root);
      expect([status, stderr]).toEqual([2, 'lk: --snapshot /dev/full: no space left\n']);
      expectValid(JSON.parse(stdout));
      const github = shell('lk doctor --format github', root, { GITHUB_STEP_SUMMARY: '/nowhere/x' });
      expect([github.status, github.stderr]).toEqual([2, expect.stringContaining('the folder /nowhere is not there')]);
      expect(github.stdout).toContain('::');
      const added = shell('lk doctor --format github; lk doctor --format github', root, {
        GITHUB_STEP_SUMMARY: 'sum.md',
      });
      expect(added.stderr).toBe('');
      expect(readFileSync(path.join(root, 'sum.md'), 'utf8').match(/^#+ /gm)?.length).toBeGreaterThan(1);
    }),
  );
});

const SCRIPT = 'from lenskit.batch import recommend\nx = "caf\u00e9"\nrecommend(None, None, 1)\n';

describe('lk check script', () => {
  const check = 'lk check script --lenskit 2025.8.1';

  onLinux('reads standard input and pipes; with --fix standard output is the script', () =>
    withTree({ '/a.py': SCRIPT }, (root) => {
      for (const line of [
        `${check} - < a.py`,
        `${check} <(cat a.py)`,
        `${check} /dev/stdin < a.py`,
        `cat a.py | ${check} - a.py`,
      ])
        expect(shell(line, root)).toMatchObject({ status: 1, stdout: expect.stringContaining('unprotected') });
      expect(shell(`${check} - --format sarif < a.py`, root).stdout).toContain('stdin');
      const fixed = shell(`${check} --fix - < a.py`, root);
      expect([fixed.status, fixed.stdout]).toEqual([
        0,
        expect.stringContaining('\nif __name__ == "__main__":\n    recommend('),
      ]);
      expect(fixed.stderr).toContain('protected');
      expect(readFileSync(path.join(root, 'a.py'), 'utf8')).toBe(SCRIPT);
      expect(shell(`echo 'x = 1' | ${check} --fix -`, root).stdout).toBe('x = 1\n');
      expect(shell(`${check} --fix --json - < a.py`, root).status).toBe(2);
    }),
  );

  test.each([
    ['latin-1', `# coding: latin-1\n${SCRIPT}`, 'latin1'],
    ['a mark', `\ufeff${SCRIPT}`, 'utf8'],
    ['CRLF', SCRIPT.replaceAll('\n', '\r\n'), 'utf8'],
  ] as const)('--fix keeps %s, and the mode', (_, text, encoding) =>
    withTree({ '/a.py': Buffer.from(text, encoding) }, (root) => {
      const file = path.join(root, 'a.py');
      spawnSync('chmod', ['750', file]);
      expect(shell(`${check} --fix a.py`, root).status).toBe(0);
      const bytes = readFileSync(file);
      expect(bytes.includes(Buffer.from('caf\u00e9', encoding))).toBe(true);
      expect(bytes.toString(encoding)).not.toContain('\ufffd');
      expect(bytes.toString(encoding).startsWith(text.slice(0, 10))).toBe(true);
      if (text.includes('\r\n')) expect(bytes.toString(encoding).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(statSync(file).mode & 0o777).toBe(0o750);
      const { ino } = statSync(file);
      expect(shell(`${check} --fix a.py`, root).status).toBe(0);
      expect(statSync(file).ino).toBe(ino);
    }),
  );

  test.each(['.', 'a.py ./a.py', 'l.py a.py', 'd/up/a.py .'])(
    '--fix wraps a file once, whatever names lead to it: %s',
    (names) =>
      withTree({ '/a.py': SCRIPT, '/d/b.txt': '' }, (root) => {
        symlinkSync('a.py', path.join(root, 'l.py'));
        symlinkSync('..', path.join(root, 'd/up'));
        const { status } = shell(`${check} --fix ${names}`, root);
        const text = readFileSync(path.join(root, 'a.py'), 'utf8');
        expect([status, text.match(/^if /gm), text.match(/recommend\(None/g)?.length]).toEqual([0, ['if '], 1]);
      }),
  );

  test('--fix on what is in no encoding says so and changes nothing', () =>
    withTree({ '/a.py': Buffer.from(SCRIPT, 'latin1'), '/b.py': SCRIPT }, (root) => {
      const { stderr } = shell(`${check} --fix a.py b.py`, root);
      expect(stderr).toContain('a.py: not wrapped: it is not UTF-8');
      expect(readFileSync(path.join(root, 'a.py'), 'latin1')).toBe(SCRIPT);
      expect(readFileSync(path.join(root, 'b.py'), 'utf8')).toContain('\n    recommend(None');
    }));
});

const BENCH =
  'lk bench batch --processes 1,2 --threads 1 --backend-threads 1 --runs 1 --warmup 0 --lenskit 2025.8.1 --quiet';
/** Quick with one setting alone, by more than any machine is slow. */
const JOB = `-- /bin/sh -c 'test "$LK_NUM_PROCS,$LK_NUM_THREADS" = 1,1 || sleep 0.8'`;

described('lk bench batch', () => {
  onLinux('an output - has standard output to itself', () =>
    withTree({ '/.env': 'A=1\n' }, (root) => {
      const saved = shell(`${BENCH} --save - ${JOB}`, root);
      expectValid(JSON.parse(saved.stdout), 'bench');
      expect(saved.stderr).toContain('LK_NUM_PROCS=1');
      expect(shell(`${BENCH} --write - ${JOB}`, root).stdout).toMatch(/^LK_NUM_PROCS=1\nLK_NUM_THREADS=1\n/);
      writeFileSync(path.join(root, 's.json'), saved.stdout);
      const line = `${BENCH} --plot /dev/stdout --compare - --write .env ${JOB} < s.json`;
      const plot = shell(line, root);
      expect([plot.stdout.startsWith('<svg'), plot.stderr]).toEqual([true, expect.stringContaining('against -')]);
      expect(readFileSync(path.join(root, '.env'), 'utf8')).toMatch(/^A=1\nLK_NUM_PROCS=1\n/);
      expect(readdirSync(root).sort()).toEqual(['.env', 's.json']);
    }),
  );

  onLinux('what could not be written in the end is refused before anything is run', () =>
    withTree({ '/utf16.env': Buffer.from('\ufeffA=1\n', 'utf16le') }, (root) => {
      spawnSync('mkfifo', [path.join(root, 'pipe')]);
      for (const [flags, words] of [
        ['--save - --plot -', '--save - and --plot -: standard output is for one alone'],
        ['--save - --format shell', '--save -: standard output is for --format shell'],
        ['--resume -', '--resume -: it is read again and grows line by line; name a file'],
        ['--resume pipe', '--resume pipe: it is read again'],
        ['--resume nowhere/runs', 'the folder nowhere is not there'],
        ['--resume .', 'a directory'],
        ['--save pipe', '--save pipe: nobody has it open at the other end'],
        ['--write nowhere/.env', '--write nowhere/.env: the folder nowhere is not there'],
        ['--write utf16.env', '--write utf16.env: UTF-16 or no text'],
        ['--export x.pdf', 'no ending that is known'],
        ['--compare pipe', '--compare pipe: a pipe that nobody writes to'],
      ] as const)
        expect(refusal(`${BENCH} ${flags} -- touch ran`, root)).toContain(words);
      expect(shell(`${BENCH} --json --save - -- touch ran`, root).status).toBe(2);
      expect(readdirSync(root).sort()).toEqual(['pipe', 'utf16.env']);
    }),
  );

  onLinux('two names of one file are refused before anything is run, and both are named', () =>
    withTree({ '/v.py': '#SBATCH -n 2\nx = 1\n', '/.env': 'A=1\n', '/r.json': '{}', '/d/x.csv': '' }, (root) => {
      symlinkSync('r.json', path.join(root, 'link.json'));
      const held = (): string[] =>
        readdirSync(root)
          .sort()
          .map((name) => `${name} ${name === 'd' ? '' : readFileSync(path.join(root, name), 'utf8')}`);
      const before = held();
      for (const [flags, words] of [
        [
          '--save a --resume a -- touch ran',
          '--save a: also --resume a, which would be overwritten; name another file',
        ],
        ['--save r.json --export link.json -- touch ran', '--save r.json and --export link.json: one file, of which'],
        ['--save new --write ./new -- touch ran', '--save new and --write ./new: one file'],
        ['--save v.py -- python3 v.py', "--save v.py: also the command's v.py"],
        ["--save v.py -- sh -c 'python3 ./v.py; :'", "--save v.py: also the command's ./v.py"],
        ['--save d/x.csv -- touch ran --data=d/x.csv', "also the command's d/x.csv"],
        ["--save r.json --setup 'cp link.json s' -- touch ran", '--save r.json: also --setup link.json'],
        ['--save v.py -- python3 -m v', "--save v.py: also the command's "],
        ["--save d/x.csv -- env D=d sh -c 'cat $D/x.csv d/x.csv'", "also the command's"],
        ["--save d/x.csv -- sh -c 'cd d && cat x.csv'", "also the command's"],
        ['--save d/x.csv -- env -C d cat x.csv', "also the command's"],
        ["--save d/x.csv -- sh -c 'cat d/*.csv'", "also the command's"],
        ['--write v.py -- python3 v.py', "--write v.py: also the command's v.py"],
        ['--plot r.svg --export r.json -- touch ran r.svg', "--plot r.svg: also the command's r.svg"],
      ] as const)
        expect(refusal(`${BENCH} ${flags}`, root)).toContain(words);
      for (const flag of ['script', 'job'])
        expect(refusal(`lk doctor --${flag} v.py --snapshot ./v.py`, root)).toContain(
          `--snapshot ./v.py: also --${flag} v.py, which would be overwritten; name another file`,
        );
      expect(held()).toEqual(before);
    }),
  );

  onLinux('what is only read before, added to, or edited may be named twice', () =>
    withTree({ '/.env': 'A=1\n', '/r.json': '{}' }, (root) => {
      const job = `-- /bin/sh -c '. ./.env; test "$LK_NUM_PROCS,$LK_NUM_THREADS" = 1,1 || sleep 0.8'`;
      expect(shell(`${BENCH} --save r.json ${job}`, root).status).toBe(0);
      expect(shell(`${BENCH} --save r.json --compare r.json --export out.json --write .env ${job}`, root).stderr).toBe(
        'wrote r.json\nwrote out.json\nwrote .env\n',
      );
      expect(shell(`${BENCH} --export /dev/null --plot /dev/null ${JOB} /dev/null`, root).status).toBe(0);
    }),
  );

  test.each([
    ['export LK_NUM_CHILD_THREADS=3 SECRET=xx\n', 1],
    ['A=1\nLK_NUM_CHILD_THREADS=3; SECRET=xx\n', 2],
  ])(
    'a dotenv line that would have to go with something of the user is refused before anything is run: %j',
    (text, line) =>
      withTree({ '/.env': text }, (root) => {
        expect(refusal(`${BENCH} --write .env -- touch ran`, root)).toContain(
          `--write .env: line ${line} sets LK_NUM_CHILD_THREADS and something else; part them`,
        );
        expect(readdirSync(root)).toEqual(['.env']);
        expect(readFileSync(path.join(root, '.env'), 'utf8')).toBe(text);
      }),
  );

  onLinux('one output that fails costs neither the others nor the report; a new dotenv file is private', () =>
    withTree({}, (root) => {
      const { status, stdout, stderr } = shell(
        `${BENCH} --json --save /dev/full --export r.csv --write .env ${JOB}`,
        root,
      );
      expectValid(JSON.parse(stdout), 'bench');
      expect([status, stderr]).toEqual([2, 'lk: --save /dev/full: no space left\nwrote r.csv\nwrote .env\n']);
      expect(statSync(path.join(root, '.env')).mode & 0o777).toBe(0o600);
    }),
  );

  onLinux("GitHub's files are added to", () =>
    withTree({ '/env': 'A=1\n' }, (root) => {
      const env = { GITHUB_ENV: path.join(root, 'env') };
      expect(shell(`${BENCH} --write "$GITHUB_ENV" ${JOB}`, root, env).status).toBe(0);
      expect(readFileSync(path.join(root, 'env'), 'utf8')).toMatch(/^A=1\nLK_NUM_PROCS=1\n/);
    }),
  );

  test('what the command printed is shown, and in no file unless asked', () =>
    withTree({}, (root) => {
      const job = `-- /bin/sh -c 'echo PRINTED >&2; test "$LK_NUM_PROCS" != 2'`;
      const files = '--save s.json --export r.json --resume runs';
      const { stdout } = shell(`${BENCH} --json ${files} ${job}`, root);
      expect(stdout.match(/"PRINTED"/g)?.length).toBeGreaterThan(0);
      for (const name of ['s.json', 'r.json', 'runs'])
        expect([name, readFileSync(path.join(root, name), 'utf8').includes('"PRINTED"')]).toEqual([name, false]);
      shell(`${BENCH} --keep-output --save s.json --resume more ${job}`, root);
      for (const name of ['s.json', 'more'])
        expect([name, readFileSync(path.join(root, name), 'utf8').includes('"PRINTED"')]).toEqual([name, true]);
    }));

  onLinux('a journal on a full disk: the run goes on, warns, and prints its result', () =>
    withTree({}, (root) => {
      const { status, stdout } = shell(
        `ulimit -f 4; ${BENCH} --json --max-trials 4 --resume runs -- /bin/sh -c "true ${'x'.repeat(1500)}"`,
        root,
        { HOME: homeOfUse(root) },
      );
      const result = JSON.parse(stdout) as BenchResult;
      expect([status, result.best === null]).toEqual([0, false]);
      expect(result.warnings.join()).toMatch(
        /--resume runs: \d runs? could not be kept: larger than a file may become here/,
      );
    }),
  );

  test('a journal is refused in another folder, with another script, variable or Python', () =>
    withTree({ '/job.sh': 'echo x >> count\n', '/there/job.sh': 'echo x >> count\n' }, (root) => {
      const run = (cwd: string, env: { [name: string]: string } = {}) =>
        shell(`${BENCH} --resume ${root}/runs -- /bin/sh job.sh count`, cwd, env);
      expect(run(root).status).toBe(0);
      expect(run(root).status).toBe(0);
      const refused = (words: string, { status, stderr }: ReturnType<typeof run>): void =>
        expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
      refused('another folder (path: was ', run(path.join(root, 'there')));
      refused('another environment (OMP_NUM_THREADS: was none, is 7)', run(root, { OMP_NUM_THREADS: '7' }));
      mkdirSync(path.join(root, 'bin'));
      writeFileSync(path.join(root, 'job.sh'), 'echo y >> count\n');
      refused('begun for another content of job.sh; name another file', run(root));
    }));

  test('--compare of another job says so', () =>
    withTree({}, (root) => {
      shell(`${BENCH} --save s.json ${JOB}`, root);
      const other = `${BENCH} --compare s.json -- /bin/sh -c 'sleep 0.01'`;
      const { stdout } = shell(other, root);
      expect(stdout).toContain('another job was measured there');
      expect(stdout).not.toContain('Quicker');
      const { comparison } = JSON.parse(shell(other.replace('batch', 'batch --json'), root).stdout) as BenchResult;
      expect(comparison).toMatchObject({ settings: [], differs: [expect.stringMatching(/^command: was /)] });
    }));
});
