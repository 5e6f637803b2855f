import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/checks/all.ts';
import type { Facts } from '../../src/situation/facts.ts';
import type { Question } from '../../src/situation/question.ts';
import { PROJECT } from '../cli.ts';
import { check, machine, report } from '../machine.ts';
import { sharedFile } from '../shared.ts';

const rows = readFileSync(path.join(PROJECT, 'docs/documentation.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Sentence') && !line.startsWith('| ---'))
  .map((line) => line.slice(2, -2).split(' | '))
  .map(([sentence = '', before = '', in2025 = '', in2026 = '', does = '']) => ({
    sentence,
    holds: [before, in2025, in2026],
    does,
  }));

/** The page's sentences; headings are none. */
function sentences(page: string): string[] {
  return page
    .split(/\n\s*\n/)
    .flatMap((paragraph) =>
      paragraph
        .replace(/\s+/g, ' ')
        .trim()
        .split(/(?<=[.:!])\s+(?=[A-Z])/),
    )
    .map((sentence) => sentence.replace(/^• /, '').trim())
    .filter((sentence) => sentence !== '' && !sentence.endsWith('#') && sentence !== 'Note');
}

const page = sharedFile('lenskit-parallel-page.md');

(page ? test : test.skip)('every sentence of the page is classified, and no other', () => {
  expect(rows.map(({ sentence }) => sentence)).toEqual(sentences(readFileSync(page ?? '', 'utf8')));
});

test('each is classified for each generation, and what does not hold is said somewhere', () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const { sentence, holds, does } of rows) {
    for (const answer of holds) expect([sentence, answer]).toEqual([sentence, expect.stringMatching(/^(yes|no|–)$/)]);
    if (!holds.includes('no')) continue;
    const named = [...does.matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(([, id]) => id);
    expect(named.every((id) => CHECKS.some((one) => one.id === id))).toBe(true);
    const elsewhere = /plan\.inference|No number depends on it/.test(does);
    expect([sentence, named.length > 0 || elsewhere]).toEqual([sentence, true]);
  }
});

const V2026 = '2026.4.0';
const torch = { torch: { version: '2.15.0', cuda: null } };

type Row = [sentence: RegExp, facts: Facts, title: RegExp, question?: Partial<Question>];

/** A configuration in which each of them matters, and what is said of it. */
const CONTRADICTED: Row[] = [
  [
    /^Batch operations/,
    machine({ lenskit: V2026, env: { LK_NUM_PROCS: '4' } }),
    /LK_NUM_PROCS is read and used by nothing/,
  ],
  [/^The number of processes/, machine({ lenskit: V2026, env: { LK_NUM_PROCS: '4' } }), /starts no worker processes/],
  [/^Defaults to the number of CPUs or 4/, machine({ lenskit: V2026, env: { LK_NUM_PROCS: '4' } }), /used by nothing/],
  [/^LensKit provides 4 knobs/, machine({ lenskit: V2026 }), /no initialize\(\)/, { params: { threads: 2 } }],
  [
    /^The default for LK_NUM_THREADS/,
    machine({ env: { LK_NUM_THREADS: '2', LK_NUM_BACKEND_THREADS: '1' } }),
    /2 threads, not 1 as/,
  ],
  [
    /^The default for LK_NUM_THREADS/,
    machine({ lenskit: V2026, env: { LK_USE_RAY: '1', LK_NUM_THREADS: '1', LK_NUM_BACKEND_THREADS: '4' } }),
    /a worker has 1 thread, not 4 as/,
  ],
  [
    /^This number is passed/,
    machine({ lenskit: V2026, env: { LK_NUM_THREADS: '2' }, environment: torch }),
    /4 inter-op threads, not 2/,
  ],
  [/worker process thread counts are capped/, machine(), /a worker has 4 threads, not at most 1/],
  [
    /^This is passed to torch/,
    machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '4', MKL_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: '1' } }),
    /OpenBLAS has 1 thread, not 4/,
  ],
  [
    /^The number of backend threads to be used in worker/,
    machine({ env: { LK_NUM_BACKEND_THREADS: '4,2', LK_NUM_CHILD_THREADS: '1' } }),
    /2 backend threads, not the 1 of LK_NUM_CHILD_THREADS/,
  ],
  [
    /^(Defaults to 4 per process|max\(min\(NCPUS \/\/ LK_NUM_PROCS)/,
    machine({ cpus: 8, env: { LK_NUM_PROCS: '2' } }),
    /1 backend thread, not 4: LK_NUM_CHILD_THREADS has no default/,
  ],
];

describe('what the code contradicts is found where it matters', () => {
  test.each(CONTRADICTED)('%s', (sentence, facts, title, question = {}) => {
    expect(rows.filter((row) => sentence.test(row.sentence)).every(({ holds }) => holds.includes('no'))).toBe(true);
    const { status, title: first, detail } = check('config/documentation-differs', facts, question);
    expect(status).toBe('info');
    expect(`${first}; ${detail}`).toMatch(title);
  });

  test('every sentence that names the check has its row', () => {
    for (const { sentence, does } of rows.filter((row) => row.does.includes('config/documentation-differs'))) {
      expect([sentence, CONTRADICTED.some(([pattern]) => pattern.test(sentence))]).toEqual([sentence, true]);
      expect(does).not.toBe('');
    }
  });

  test.each([
    ['2026, nothing set', machine({ lenskit: V2026, environment: torch })],
    ['2025.2', machine({ lenskit: '2025.2.0' })],
    ['as many inter-op threads as CPUs', machine({ lenskit: V2026, env: { LK_NUM_THREADS: '4' }, environment: torch })],
    ['BLAS has as many', machine({ lenskit: V2026, env: { LK_NUM_BACKEND_THREADS: '2', OPENBLAS_NUM_THREADS: '2' } })],
  ])('%s: nothing differs', (_, facts) => {
    expect(check('config/documentation-differs', facts).status).toBe('pass');
  });
});

test.each([
  ['2025.2.0', null, []],
  ['2025.3.1', 4, ['item-knn']],
  ['2025.5.0', 4, ['item-knn']],
  ['2025.6.0', null, []],
  ['2025.8.1', null, []],
  [V2026, null, []],
])('inference of %s: Rayon has %p threads for %j', (lenskit, threads, models) => {
  expect(report(machine({ lenskit })).plan?.inference).toEqual({ threads, models });
});
