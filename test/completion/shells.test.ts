import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import { MODELS } from '../../src/plan/models.ts';
import { lk, PROJECT } from '../cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lk-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is completed there. */
const files = path.join(folder, 'files');
mkdirSync(path.join(files, 'runs'), { recursive: true });
for (const name of ['a b.py', 'e:x.py', 'node.json']) writeFileSync(path.join(files, name), '');

const script = Object.fromEntries(
  ['bash', 'zsh', 'fish'].map((shell) => {
    const { status, stdout, stderr } = lk(['completion', shell]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const file = path.join(folder, `lk.${shell}`);
    writeFileSync(file, stdout);
    return [shell, file];
  }),
) as { [shell in 'bash' | 'zsh' | 'fish']: string };

/** Nothing of the user's shells is read. */
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  ZDOTDIR: folder,
  XDG_CONFIG_HOME: folder,
  TERM: 'dumb',
  LC_ALL: 'C.UTF-8',
};

function answers(program: string, args: string[], reason = ''): string[] {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: files, env, encoding: 'utf8', timeout: 60_000 });
  expect({ args, status, stderr: reason || stderr }).toEqual({ args, status: 0, stderr: reason });
  return stdout.split('\n').filter((line) => line !== '');
}

function isThere(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** Where bash cuts words, and how its completion sees a line cut there. */
const BREAKS = ' \t\n"\'><=;|&(:';

function bash(line: string, breaks = BREAKS): string[] {
  const cut = breaks.includes('=') ? /([=:]+)|[ ]+/ : /[ ]+/;
  const words = line.split(cut).filter((word) => word !== undefined && word !== '');
  // Behind a space an empty word is being written.
  const all = line.endsWith(' ') ? [...words, ''] : words;
  return answers('bash', ['--norc', path.join(__dirname, 'capture.bash'), script.bash, breaks, line, ...all]);
}

function zsh(line: string): string[] {
  const found = answers('zsh', ['-f', path.join(__dirname, 'capture.zsh'), script.zsh, line]);
  return [...new Set(found.map((one) => one.replace(/^--[a-z-]+=(?=.)/, '').replaceAll('\\', '')))];
}

function fish(line: string): string[] {
  const quoted = line.replace(/['\\]/g, '\\$&');
  const found = answers('fish', ['--no-config', '-c', `source ${script.fish}; complete -C '${quoted}'`]);
  const words = found.map((one) => one.replace(/\t.*$/, ''));
  // The word as it is already stands for nothing to add.
  const more = words.filter((word) => !line.endsWith(` ${word}`));
  return more.map((word) => word.replace(/^--[a-z-]+=(?=.)/, '').replace(/\/$/, ''));
}

const SHELLS = { bash, zsh, fish };

const { commands: table } = JSON.parse(readFileSync(path.join(PROJECT, 'oclif.manifest.json'), 'utf8')) as {
  commands: object;
};
const commands = [...new Set(Object.keys(table).map((id) => id.replace(/:.*/, ''))), 'help', 'version'];
const checks = CHECKS.map(({ id }) => id);

/** A line, and exactly what may be written there. */
const EXACTLY: [line: string, words: string[]][] = [
  ['lk ', commands],
  ['lk doc', ['doctor']],
  ['lenskit-doctor doc', ['doctor']],
  ['lk bench ', ['batch']],
  ['lk help bench ', ['batch']],
  ['lk help doctor ', []],
  ['lk completion ', ['bash', 'fish', 'zsh']],
  ['lk doctor --format ', ['github', 'json', 'markdown', 'text']],
  ['lk doctor --format=js', ['json']],
  ['lk doctor --json --fail-on ', ['fail', 'never', 'warn']],
  ['lk doctor --only ', checks],
  ['lk doctor --only cpu/thr', ['cpu/throttled']],
  ['lk doctor --skip=cpu/thr', ['cpu/throttled']],
  ['lk doctor --model ', MODELS.map(({ name }) => name)],
  ['lk doctor --env OMP_NUM', ['OMP_NUM_THREADS=']],
  ['lk doctor --env=OMP_NUM', ['OMP_NUM_THREADS=']],
  ['lk doctor --env OMP_NUM_THREADS=4 --unset LK_NUM_PRO', ['LK_NUM_PROCS']],
  ['lk doctor --env OMP_NUM_THREADS=', []],
  ['lk doctor --cpus ', []],
  ['lk doctor --script e:x.py --qui', ['--quiet']],
  ['lk explain cpu/thr', ['cpu/throttled']],
  ['lk explain CSR', ['CSR_KERNEL']],
  ['lk check script ', ['a b.py', 'e:x.py', 'node.json', 'runs']],
  ['lk check script --fix ', ['a b.py', 'e:x.py', 'node.json', 'runs']],
  ['lk doctor --from nod', ['node.json']],
  ['lk doctor --from=nod', ['node.json']],
  ['lk doctor --sysroot ', ['runs']],
  ['lk run env', []],
];

/** A line, and some of what may be written there. */
const AMONG: [line: string, words: string[]][] = [
  ['lk doctor --', ['--json', '--only', '--env', '--help']],
  ['lk bench batch --b', ['--backend-threads', '--budget']],
  ['lk run -- mkdi', ['mkdir']],
  ['lk run --env A=1 -- mkdi', ['mkdir']],
  ['lk bench batch -- mkdi', ['mkdir']],
  ['lk run -- cat nod', ['node.json']],
];

for (const [shell, complete] of Object.entries(SHELLS)) {
  const isInstalled = isThere(shell);
  (isInstalled ? describe : describe.skip)(isInstalled ? shell : `${shell}, which is not installed here`, () => {
    test.each(EXACTLY)('%j', (line, words) => {
      expect(complete(line).sort()).toEqual([...words].sort());
    });
    test.each(AMONG)('%j', (line, words) => {
      // Without a completion of its own for a command, bash leaves its files to readline.
      if (shell === 'bash' && line.includes('cat')) return;
      expect(complete(line)).toEqual(expect.arrayContaining(words));
    });
    test('what does not belong to a command is not offered', () => {
      expect(complete('lk env --')).not.toContain('--json');
      expect(complete('lk run -- mkdi')).not.toContain('doctor');
    });
  });
}

const hasBash = isThere('bash');
(hasBash ? describe : describe.skip)('bash itself, in a terminal', () => {
  const typed = (line: string) =>
    answers('python3', [path.join(__dirname, 'terminal.py'), script.bash, files, line])[0];
  test.each([
    ['lk check script a', 'lk check script a\\ b.py '],
    ['lk check script e\\:', 'lk check script e\\:x.py '],
    ['lk doctor --script=nod', 'lk doctor --script=node.json '],
    ['lk doctor --format=js', 'lk doctor --format=json '],
    ['lk doctor --env=OMP_NUM', 'lk doctor --env=OMP_NUM_THREADS='],
    ['lk doctor --cpus ', 'lk doctor --cpus '],
    ['lk doctor --sysroot ', 'lk doctor --sysroot runs/'],
  ])('%j becomes %j', (line, whole) => {
    expect(typed(line)).toBe(whole);
  });

  test('where = cuts no words', () => {
    expect(bash('lk doctor --format=js', ' ')).toEqual(['--format=json']);
    expect(bash('lk doctor --env=OMP_NUM', ' ')).toEqual(['--env=OMP_NUM_THREADS=']);
  });
});
