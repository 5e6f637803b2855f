import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderText } from '../../src/report/text.ts';
import { machine, quota, report } from '../machine.ts';

const count = fc.constantFrom('1', '2', '1,1', '1,2');
const flag = { requiredKeys: [] };

test('one is one: no report says "1 threads"', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('2025.2.0', '2025.5.0', '2025.8.1', '2026.1.0', '2026.4.0'),
      fc.record(
        {
          LK_NUM_PROCS: count,
          LK_NUM_THREADS: count,
          LK_NUM_BACKEND_THREADS: count,
          LK_NUM_CHILD_THREADS: fc.constant('1'),
          LK_USE_RAY: fc.constant('1'),
          LK_NUM_BATCH_JOBS: fc.constant('1'),
          OPENBLAS_NUM_THREADS: fc.constantFrom('1', '2'),
          PYTHON_CPU_COUNT: fc.constant('1'),
        },
        flag,
      ),
      fc.boolean(),
      (cpus, lenskit, env, limited) => {
        const facts = machine({ cpus, lenskit, env, quotas: limited ? [quota(100_000)] : [] });
        const text = renderText(report(facts), { color: false, width: 400, verbose: true });
        expect(
          text.match(
            /(?<![.\d]|× )1 (busy |backend |effective |inter-op |worker )?(threads|CPUs|processes|workers|tasks|lists)\b.*/g,
          ),
        ).toBeNull();
      },
    ),
    { numRuns: 200 },
  );
});

test('a machine where nothing is wrong has its verdict, and none of it where something is', () => {
  const fit = { LK_NUM_PROCS: '1', LK_NUM_THREADS: '4', LK_NUM_BACKEND_THREADS: '1' };
  const options = { color: false, width: 80, verbose: false };
  expect(renderText(report(machine({ env: fit })), options)).toMatch(/^no problems found: /m);
  expect(renderText(report(machine({ quotas: [quota(100_000)] })), options)).not.toMatch(/no problems/);
});

test('the deprecated knob has its row where it is set, and with --verbose', () => {
  const row = (env: { [name: string]: string }, verbose: boolean) =>
    / LK_NUM_CHILD_THREADS /.test(
      renderText(report(machine({ env })), { color: false, width: 80, verbose }).split('\n\n')[2] ?? '',
    );
  expect([row({}, false), row({}, true), row({ LK_NUM_CHILD_THREADS: '1' }, false)]).toEqual([false, true, true]);
});
