import { describe, expect, test } from '@jest/globals';
import { workerProcesses } from '../../src/checks/check.ts';
import { selected } from '../../src/checks/select.ts';
import { readSettings } from '../../src/python-values/settings-file.ts';
import { NO_QUESTION } from '../../src/situation/question.ts';
import { situate } from '../../src/situation/situate.ts';
import { check, machine } from '../machine.ts';

describe('numbers that make no sense', () => {
  const found = (env: { [name: string]: string }) => check('config/non-positive', machine({ cpus: 16, env }));

  test('all are told, the first in the title', () => {
    expect(found({ LK_NUM_PROCS: '0', LK_NUM_THREADS: '-1', LK_NUM_BACKEND_THREADS: '-2' })).toMatchObject({
      status: 'fail',
      title: 'LK_NUM_PROCS=0: a batch run stops with ValueError: max_workers must be greater than 0',
      detail:
        'LK_NUM_THREADS=-1: Rayon stops with OverflowError; LK_NUM_BACKEND_THREADS=-2: Torch refuses it and BLAS keeps all CPUs',
      fix: { env: { LK_NUM_PROCS: '1', LK_NUM_THREADS: '8', LK_NUM_BACKEND_THREADS: '2' } },
    });
  });

  test('however many digits they have', () => {
    expect(found({ LK_NUM_PROCS: `-1${'0'.repeat(20)}` })).toMatchObject({ status: 'fail' });
  });

  test('what is not recommended is taken out, and nothing else', () => {
    expect(found({ LK_NUM_PROCS: '1', LK_NUM_CHILD_THREADS: '0' }).fix).toEqual({ unset: ['LK_NUM_CHILD_THREADS'] });
    expect(found({ LK_NUM_PROCS: '0' }).fix).toEqual({ env: { LK_NUM_PROCS: '1' } });
  });
});

test('what LensKit refuses in a file is to be corrected there, on its line where that is known', () => {
  const textOf = (key: string) => {
    const settings = [readSettings(`[parallel]\n${key} = 1\n`, 'lenskit.toml', '/project/lenskit.toml')];
    return String(check('config/invalid-value', machine({ lenskit: '2026.4.0', settings })).fix?.text);
  };
  expect(textOf('bogus')).toBe('correct /project/lenskit.toml, line 2');
  expect(textOf('k'.repeat(201))).toBe('correct /project/lenskit.toml');
});

describe('what is set is evidence by the name that it was set by', () => {
  test('of a plan with more threads than make sense', () => {
    const env = { LK_PARALLEL__NUM_THREADS: '1000' };
    expect(check('plan/too-many-threads', machine({ lenskit: '2026.4.0', env })).evidence).toContainEqual({
      where: 'LK_PARALLEL__NUM_THREADS',
      said: '1000',
    });
  });

  test.each(['LK_NUM_BACKEND_THREADS', 'LK_PARALLEL__NUM_BACKEND_THREADS'])(
    'of backend threads that Ray refuses: %s',
    (name) => {
      const found = check(
        'ray/backend-threads',
        machine({ lenskit: '2026.4.0', env: { LK_USE_RAY: '1', [name]: '-1' } }),
      );
      expect(found).toMatchObject({ status: 'fail', evidence: [{ where: name, said: '-1' }] });
    },
  );
});

test('parameters that are given are mended as parameters', () => {
  expect(check('plan/oversubscribed', machine(), { params: { threads: 64 } }).fix).toMatchObject({
    parameters: { threads: 4 },
  });
});

test('a configuration that LensKit refuses starts no workers', () => {
  const situation = situate(machine({ env: { LK_NUM_PROCS: 'x' } }), NO_QUESTION);
  if (situation.rules === null) throw new Error('rules are not known');
  expect(workerProcesses(situation)).toBe(0);
});

test('for what is like no check none is proposed', () => {
  const asked = 'q'.repeat(40);
  expect(() => selected({ only: [asked], skip: [] })).toThrow(`no check ${asked}; lk explain lists them`);
});
