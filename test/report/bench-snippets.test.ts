import { describe, expect, test } from '@jest/globals';
import { spaceOf } from '../../src/bench/space.ts';
import { SNIPPETS } from '../../src/documents/bench-choices.ts';
import { handedOut } from '../../src/documents/bench-result.ts';
import { withVariables } from '../../src/files/dotenv.ts';
import { snippet } from '../../src/report/bench/snippets.ts';

const { candidates, replaced } = spaceOf({
  rules: { generation: '2026.1', release: [2026, 4, 0] },
  cpus: 4,
  effective: 4,
  freeThreaded: false,
  ray: true,
  objective: 'batch',
  models: [],
  recommended: {},
  nested: true,
  ranges: { processes: [], threads: [], backendThreads: [], maxOversubscription: 2 },
});
const env = candidates[0]?.env ?? {};

describe('what is handed out of a setting of 2026.4', () => {
  test('the setting itself names every knob', () =>
    expect(Object.keys(env)).toEqual(expect.arrayContaining(['LK_NUM_CPUS', 'LK_TUNE_JOBS', 'LK_PARALLEL__NUM_CPUS'])));

  test.each(SNIPPETS)('%s pins neither the CPUs that LensKit counts nor the jobs that tune', (format) => {
    const text = snippet(env, format);
    expect(text).not.toMatch(/num_cpus|tune_jobs/i);
    expect(text).toMatch(/num_threads/i);
    expect(text).toMatch(/num_batch_jobs/i);
  });

  test('toml says what has to be called for it to be read', () =>
    expect(snippet(env, 'toml')).toMatch(/^#.*lenskit\.toml.*lenskit\.configure\(\) before/));

  test('a dotenv file keeps what it says of them', () => {
    const before =
      'LK_TUNE_JOBS=4\nLK_NUM_CPUS=3\nLK_PARALLEL__NUM_THREADS=9\nLK_PARALLEL__TUNE_JOBS=2\nLK_NUM_PROCS=2\n';
    const after = withVariables(Buffer.from(before), handedOut(env), replaced).toString();
    expect(after).toMatch(/^LK_TUNE_JOBS=4\nLK_NUM_CPUS=3\nLK_PARALLEL__NUM_THREADS=\d\nLK_PARALLEL__TUNE_JOBS=2\n/);
    expect(after).not.toContain('LK_NUM_PROCS');
  });
});
