import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JournalError, openJournal } from '../../src/bench/journal.ts';
import type { Run } from '../../src/documents/bench-result.ts';
import { withTree } from '../file-tree.ts';

const HEAD = { job: { command: ['a'] }, machine: { arch: 'x64', effective: 2 }, space: [{ A: '1' }], seed: 5 };
const RUN: Run = {
  seconds: 1.5,
  status: 'ok',
  exitCode: 0,
  signal: null,
  cpuSeconds: 1,
  peakRssBytes: 1,
  peakTreeBytes: null,
  throttledSeconds: null,
  left: 0,
  phases: null,
  reason: null,
  errors: [],
  configuration: null,
};

test('gives back what it was given, each run once, with the seed it began with', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    const first = openJournal(file, HEAD);
    first.add('a', RUN);
    first.add('b', { ...RUN, seconds: 2 });
    first.add('a', { ...RUN, status: 'capped' });
    const again = openJournal(file, { ...HEAD, seed: 99 });
    expect([again.seed, again.recorded]).toEqual([5, 3]);
    expect([again.take('a'), again.take('a'), again.take('a'), again.take('c')]).toEqual([
      RUN,
      { ...RUN, status: 'capped' },
      null,
      null,
    ]);
    expect(again.take('b')?.seconds).toBe(2);
  }));

test('cut off anywhere it is read as far as it is whole, and goes on', () =>
  withTree({}, async (root) => {
    const file = path.join(root, 'runs');
    const journal = openJournal(file, HEAD);
    for (let i = 0; i < 5; i++) journal.add('a', { ...RUN, seconds: i + 1 });
    const text = readFileSync(file, 'utf8');
    const head = text.indexOf('\n') + 1;
    fc.assert(
      fc.property(fc.integer({ min: head, max: text.length }), (length) => {
        writeFileSync(file, text.slice(0, length));
        openJournal(file, HEAD).add('z', RUN);
        const again = openJournal(file, HEAD);
        const whole = text.slice(head, length).split('\n').length - 1;
        // a line without its end may be whole all the same
        expect(again.recorded).toBeGreaterThanOrEqual(whole + 1);
        expect(again.recorded).toBeLessThanOrEqual(whole + 2);
        expect(again.take('z')).toEqual(RUN);
      }),
    );
  }));

test.each([
  ['job', { ...HEAD, job: { command: ['b'] } }],
  ['machine', { ...HEAD, machine: { arch: 'arm64', effective: 2 } }],
  ['space', { ...HEAD, space: [] }],
])('one that was begun for another %s is refused', (part, head) =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    openJournal(file, HEAD);
    expect(() => openJournal(file, head)).toThrow(`begun for another ${part}`);
  }),
);

test('whatever a file holds is a journal or refused', () =>
  withTree({}, (root) => {
    const file = path.join(root, 'runs');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (text) => {
          writeFileSync(file, `${text}x`);
          try {
            openJournal(file, HEAD);
          } catch (error) {
            expect(error).toBeInstanceOf(JournalError);
          }
        },
      ),
    );
    expect(() => openJournal(root, HEAD)).toThrow(/not a file|EISDIR/);
    expect(() => openJournal(path.join(root, 'a/b'), HEAD)).toThrow(JournalError);
  }));
