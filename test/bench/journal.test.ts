import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { JournalError, type JournalHead, openJournal } from '../../src/bench/journal.ts';
import type { Run } from '../../src/documents/bench-result.ts';
import { withTree } from '../file-tree.ts';

jest.setTimeout(60_000);

const HEAD: JournalHead = {
  job: { command: ['a'] },
  files: [['a.py', '00']],
  beyond: [],
  folder: { path: '/here' },
  environment: { LK_NUM_PROCS: '3' },
  variables: { SIZE: 'd0' },
  software: { python: '3.11.7' },
  machine: { arch: 'x64', effective: 2 },
  space: [{ A: '1' }],
  seed: 5,
};
const RUN: Run = {
  time: null,
  seconds: 1.5,
  status: 'ok',
  exitCode: 0,
  signal: null,
  cpuSeconds: 1,
  peakRssBytes: 1,
  peakTreeBytes: null,
  throttledSeconds: null,
  foreignLoad: null,
  left: 0,
  phases: null,
  reason: null,
  errors: [],
  configuration: null,
  first: null,
};

test('gives back what it was given, each run once, with the seed it began with', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const first = openJournal(file, HEAD);
    first.add('a', RUN);
    first.add('b', { ...RUN, seconds: 2 });
    first.add('a', { ...RUN, status: 'capped' });
    first.close();
    const again = openJournal(file, { ...HEAD, seed: 99 });
    expect([again.seed, again.recorded]).toEqual([5, 3]);
    expect([again.take('a'), again.take('a'), again.take('a'), again.take('c')]).toEqual([
      RUN,
      { ...RUN, status: 'capped' },
      null,
      null,
    ]);
    expect(again.take('b')?.seconds).toBe(2);
    again.close();
  }));

test('of one setting it holds tens of thousands of runs', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const first = openJournal(file, HEAD);
    first.add('a', RUN);
    first.close();
    const [head, line] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${head}\n${`${line}\n`.repeat(30_000)}`);
    const again = openJournal(file, HEAD);
    expect([again.recorded, again.take('a')]).toEqual([30_000, RUN]);
    again.close();
  }));

test('cut off anywhere, its head included, it is read as far as it is whole, and goes on', () =>
  withTree({}, async (root) => {
    const file = path.join(root, 'runs');
    const journal = openJournal(file, HEAD);
    for (let i = 0; i < 3; i++) journal.add('\u20ac', { ...RUN, seconds: i + 1 });
    journal.close();
    const bytes = readFileSync(file);
    const head = bytes.indexOf('\n') + 1;
    const lengths = fc.sample(fc.integer({ min: 0, max: bytes.length }), 40);
    for (const length of [0, 1, head - 1, head, head + 1, bytes.length - 1, bytes.length, ...lengths]) {
      writeFileSync(file, bytes.subarray(0, length));
      const torn = openJournal(file, HEAD);
      torn.add('z', RUN);
      torn.close();
      const lines = readFileSync(file, 'utf8').split('\n');
      expect(lines.pop()).toBe('');
      for (const line of lines) JSON.parse(line);
      const again = openJournal(file, HEAD);
      const whole = length < head ? 0 : bytes.subarray(head, length).toString('utf8').split('\n').length - 1;
      // a line that lacks its end alone is whole
      const ended = length > head && bytes[length] === 0x0a ? 1 : 0;
      expect([length, again.recorded]).toEqual([length, whole + ended + 1]);
      expect(again.take('z')).toEqual(RUN);
      again.close();
    }
  }));

test.each<[string, Partial<JournalHead>, string]>([
  ['command', { job: { command: ['b'] } }, 'another job (command: was ["a"], is ["b"])'],
  ['content', { files: [['a.py', '01']] }, 'another content of a.py'],
  ['missing file', { files: [] }, 'another content of a.py'],
  ['folder', { folder: { path: '/there' } }, 'another folder (path: was /here, is /there)'],
  ['variable', { environment: {} }, 'another environment (LK_NUM_PROCS: was 3, is none)'],
  ['value', { variables: { SIZE: 'd1' } }, 'another environment (SIZE: was another value)'],
  ['set variable', { variables: { SIZE: 'd0', B: '' } }, 'another environment (B: was not set)'],
  [
    'environment',
    { environment: {}, variables: {} },
    'another environment (LK_NUM_PROCS: was 3, is none; SIZE: is not set)',
  ],
  ['Python', { software: { python: '3.12.1' } }, 'another software (python: was 3.11.7, is 3.12.1)'],
  ['machine', { machine: { arch: 'arm64', effective: 2 } }, 'another machine (arch: was x64, is arm64)'],
  ['space', { space: [] }, 'another space'],
])('one that was begun for another %s is refused in words that name it, and stays', (_, other, words) =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const journal = openJournal(file, HEAD);
    journal.add('a', RUN);
    journal.close();
    const before = readFileSync(file);
    expect(() => openJournal(file, { ...HEAD, ...other })).toThrow(`${file}: begun for ${words}; name another file`);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(root)).toEqual(['runs']);
  }),
);

test('a file that the job itself writes may be another; one that only now is there does not count', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const journal = openJournal(file, HEAD, { changed: () => [['a.py', '00']] });
    journal.add('a', RUN);
    journal.close();
    const files = [
      ['a.py', '01'],
      ['b.csv', '02'],
    ] as const;
    openJournal(file, { ...HEAD, files }).close();
  }));

test('folders are told from files; of many the first are named', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const many = Array.from({ length: 10 }, (_, n) => [`d/${n}`, '00'] as const);
    const head = { ...HEAD, files: [...HEAD.files, ['d/', '00'], ...many] as const };
    const journal = openJournal(file, head);
    journal.add('a', RUN);
    journal.close();
    const other = { ...head, files: head.files.map(([name]) => [name, '01'] as const) };
    expect(() => openJournal(file, other)).toThrow(
      'begun for another content of a.py, d/0, d/1, d/2, d/3, d/4, d/5, d/6 and 3 more, other files in d/; name',
    );
    // Which files of a large folder are looked at depends on the others in it.
    openJournal(file, { ...head, files: head.files.slice(0, -1), beyond: ['d/ beyond 9 files'] }).close();
    expect(() => openJournal(file, { ...head, files: head.files.slice(1), beyond: ['d/ beyond 9 files'] })).toThrow(
      'begun for another content of a.py; name',
    );
  }));

test('what is not compared is said', () =>
  withTree({}, (root) => {
    const journal = openJournal(
      path.join(root, 'runs'),
      { ...HEAD, beyond: ['/tmp', 'd/ beyond 2000 files'] },
      { label: 'x' },
    );
    expect(journal.warnings).toEqual(['x: what changes there is not noticed: /tmp, d/ beyond 2000 files']);
    unlinkSync(path.join(root, 'runs'));
    journal.add('a', RUN);
    journal.add('a', RUN);
    expect(journal.warnings.slice(1)).toEqual(['x: 2 runs could not be kept: it was removed or moved meanwhile']);
    journal.close();
  }));

test('one that can no longer be written lets the run go on, and says how many were lost', () =>
  withTree({}, (root) => {
    if (process.getuid?.() !== 0 || process.platform !== 'linux') return;
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', root]).status !== 0) return;
    try {
      const file = path.join(root, 'runs');
      const journal = openJournal(file, HEAD);
      const large = { ...RUN, reason: 'x'.repeat(3000) };
      for (let i = 0; i < 12; i++) journal.add('a', large);
      expect(journal.warnings).toEqual([expect.stringMatching(/^.*runs: \d+ runs could not be kept: no space left$/)]);
      journal.close();
      // A line that did not fit is gone, not torn.
      for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) JSON.parse(line);
      const kept = openJournal(file, HEAD);
      expect(kept.recorded).toBeGreaterThan(0);
      expect(kept.take('a')).toEqual(large);
      kept.close();
    } finally {
      spawnSync('umount', ['-l', root]);
    }
  }));

test('one that was removed meanwhile is told as well', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const journal = openJournal(file, HEAD);
    unlinkSync(file);
    journal.add('a', RUN);
    expect(journal.warnings).toEqual([`${file}: 1 run could not be kept: it was removed or moved meanwhile`]);
    journal.close();
  }));

test('no other file is taken for one, or changed', () =>
  withTree(
    { '/a.csv': 'a,b\n1,2', '/b': '{"kind"', '/c': '{"kind":"lenskit-doctor bench journal","schemaVersion":2}\n' },
    (root) => {
      for (const [name, isTorn] of [
        ['a.csv', false],
        ['b', true],
        ['c', false],
      ] as const) {
        const file = path.join(root, name);
        const before = readFileSync(file, 'utf8');
        if (isTorn) openJournal(file, HEAD).close();
        else {
          expect(() => openJournal(file, HEAD)).toThrow('no journal of lk bench');
          expect(readFileSync(file, 'utf8')).toBe(before);
        }
      }
    },
  ));

test('whatever a file holds is a journal or refused', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const texts = fc.sample(
      fc.oneof(
        fc.string(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
      30,
    );
    for (const text of texts) {
      writeFileSync(file, `${text}x`);
      expect(() => openJournal(file, HEAD)).toThrow(JournalError);
      expect(readFileSync(file, 'utf8')).toBe(`${text}x`);
    }
    expect(() => openJournal(root, HEAD)).toThrow('a directory');
    expect(() => openJournal(path.join(root, 'a/b'), HEAD)).toThrow(`the folder ${root}/a is not there`);
    expect(() => openJournal('-', HEAD)).toThrow('name a file');
  }));
