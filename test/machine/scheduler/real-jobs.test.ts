import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatCpuList, parseCpuList } from '../../../src/cpus/cpu-list.ts';
import { keptVariables } from '../../../src/situation/kept-variables.ts';
import { machine, report } from '../../machine.ts';
import { type Case, readCases, sharedFile } from '../../shared.ts';

/** What was recorded inside a real job, and what is right for that process. */
interface Job extends Case {
  env: { [name: string]: string };
  cpusOfNode: number;
  affinity: string;
  expect: { onNode: boolean; inStep: boolean; cpus: number | null; memoryBytes: number | null };
}

const shared = sharedFile('real-jobs', 'slurm.jsonl');
const sources: [string, string | null][] = [
  ['recorded beside the checkout', shared],
  ['of our own', path.resolve(__dirname, '../../fixtures/slurm.jsonl')],
];

const factsOf = ({ env, affinity, cpusOfNode }: Job, lenskit: string) =>
  machine({ lenskit, env: keptVariables(env), affinity, online: cpusOfNode, cpus: cpusOfNode });

for (const [name, file] of sources) {
  (file === null ? describe.skip : describe)(`real jobs of Slurm, ${name}`, () => {
    const jobs = file === null ? [] : readCases<Job>(file);

    test.each(jobs.map((job) => [job.id, job] as const))('%s', (_, job) => {
      for (const lenskit of ['2025.8.1', '2026.4.0']) {
        const facts = factsOf(job, lenskit);
        const found = report(facts);
        expect(found.machine.scheduler).toMatchObject({ scheduler: 'Slurm', ...job.expect });
        const mismatch = found.checks.find(({ id }) => id === 'cpu/scheduler-mismatch');
        const allowed = parseCpuList(job.affinity)?.size ?? 0;
        const { cpus } = job.expect;
        if (cpus === null || allowed === cpus) expect(mismatch?.status).toMatch(/^(pass|info)$/);
        else expect(mismatch?.status).toBe(Number(found.plan?.peakThreads) > cpus ? 'warn' : 'info');
        if (mismatch?.evidence.some(({ where }) => where === 'SLURM_CPUS_ON_NODE'))
          expect(JSON.stringify(mismatch.fix)).not.toContain('SRUN_CPUS_PER_TASK');
        // What is advised fits the share, and is the end of what was wrong.
        const env = { ...facts.env, ...found.recommendation?.env };
        const after = report({ ...facts, env });
        expect(Number(after.plan?.peakThreads)).toBeLessThanOrEqual(cpus ?? allowed);
        // No variable makes a process smaller.
        const fits = (job.expect.memoryBytes ?? Number.POSITIVE_INFINITY) / (found.machine.scheduler?.tasksOnNode ?? 1);
        const stays = fits < 362 * 1024 ** 2 ? ['memory/process-does-not-fit'] : [];
        const wrong = after.checks.filter(({ status }) => status === 'warn' || status === 'fail');
        expect(wrong.map(({ id }) => id)).toEqual(stays);
      }
    });
  });
}

test('a list of CPUs is what the recorded affinities are', () => {
  expect(formatCpuList(parseCpuList('0-1') ?? new Set())).toBe('0-1');
});
