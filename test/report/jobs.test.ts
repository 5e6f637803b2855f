import { expect, test } from '@jest/globals';
import type { JobsReport } from '../../src/documents/jobs-report.ts';
import { renderJobs } from '../../src/report/jobs.ts';

test('processes that were not looked into are counted, and not all said to be of others: some are kept from root as well', () => {
  const render = (unseen: number, hidden = false) =>
    renderJobs({ jobs: [], failed: [], unseen, hidden } as unknown as JobsReport, { color: false, width: 80 });
  expect(render(0)).toBe('no job that has LensKit loaded was found\n');
  expect(render(0, true)).toMatch(/\njobs of other users are not seen: \/proc hides their processes \(hidepid\)\n$/);
  expect(render(1)).toMatch(/\n1 process not looked into: of other users, or kept by the kernel\n$/);
});
