import { describe, expect, test } from '@jest/globals';
import { renderText } from '../../src/report/text.ts';
import { machine, report } from '../machine.ts';

const textOf = (env: { [name: string]: string }, options: { width?: number; verbose?: boolean } = {}) =>
  renderText(report(machine({ lenskit: '0.14.4', cpus: 2, env })), {
    color: false,
    width: 80,
    verbose: false,
    ...options,
  });
const rowOf = (text: string, knob: string): string | undefined =>
  text.split('\n').find((line) => line.startsWith(` ${knob} `));

describe('the knobs of 0.14', () => {
  test('one process is in process, and what is not set and does nothing has no row', () => {
    const text = textOf({});
    expect(rowOf(text, 'LK_NUM_PROCS')).toMatch(/ 1 {2}default min\(max\(2 ÷ 2, 1\), 4\), in process$/);
    expect(rowOf(text, 'NUMBA_NUM_THREADS')).toMatch(/ 2 {2}default 2 CPUs$/);
    expect(rowOf(text, 'NUMBA_THREADING_LAYER')).toMatch(/ default {2}not set$/);
    expect(text).not.toMatch(/LK_TEMP_DIR|_LK_IN_MP|CSR_KERNEL|LK_NUM_PROCS, 2nd|in workers/);
  });

  test('with workers: both numbers of LK_NUM_PROCS, each with what obeys it, and Numba in worker and main', () => {
    const text = textOf({ LK_NUM_PROCS: '2,1', LK_TEMP_DIR: '…', CSR_KERNEL: 'numba' });
    expect(rowOf(text, 'LK_NUM_PROCS')).toMatch(/ 2 +LK_NUM_PROCS=2,1$/);
    expect(text).toMatch(/^ LK_NUM_PROCS, 2nd +1 +1 {2}LK_NUM_PROCS=2,1, obeyed by MKL alone$/m);
    expect(rowOf(text, 'NUMBA_NUM_THREADS')).toMatch(/ 2 +2 {2}default 2 CPUs$/);
    expect(text).toMatch(/^ CSR_KERNEL +numba +CSR_KERNEL=numba$/m);
    expect(text).toMatch(/^ inference in workers +\d+ +2 workers, busy on 2 CPUs/m);
  });

  test('n_jobs=1 is in process, too', () => {
    const facts = machine({ lenskit: '0.14.4', cpus: 8 });
    const text = renderText(report(facts, { params: { nJobs: 1 } }), { color: false, width: 80, verbose: false });
    expect(rowOf(text, 'LK_NUM_PROCS')).toMatch(/ 1 {2}parameter n_jobs=1, in process$/);
  });

  test.each([40, 80])('at %i columns no line is longer, but those to paste', (width) => {
    for (const verbose of [false, true]) {
      const text = textOf({ LK_NUM_PROCS: '2,1', NUMBA_NUM_THREADS: '2', OMP_PROC_BIND: 'true' }, { width, verbose });
      for (const line of text.split('\n')) {
        if (/^ {2}(fix|size|job) |^ {8}|\//.test(line)) continue;
        expect([line, line.length <= width]).toEqual([line, true]);
      }
    }
  });

  test('what cannot be measured yet is not advised', () => {
    const text = textOf({ LK_NUM_PROCS: '4' });
    expect(text).toContain('lk explain');
    expect(text).not.toContain('lk bench');
  });
});
