import { expect, test } from '@jest/globals';
import { renderText } from '../../src/report/text.ts';
import type { Facts } from '../../src/situation/facts.ts';
import { NO_QUESTION, type Question } from '../../src/situation/question.ts';
import { machine, report } from '../machine.ts';

const JOB = { SLURM_JOB_ID: '7', SLURM_STEP_ID: '0', SLURM_CPUS_ON_NODE: '2', SLURM_PROCID: '0' };
const cluster = { rayCluster: '/tmp/ray/ray_current_cluster' };
const [slurm, ray] = ['lk nodes --slurm', 'lk nodes --ray'];

test.each<[string, Facts, string[], Partial<Question>?]>([
  ['neither', machine(), []],
  ['a Slurm job', machine({ env: JOB }), [slurm]],
  ['a shell of salloc', machine({ env: { SLURM_JOB_ID: '7' } }), [slurm]],
  ['the file of ray start', machine({ machine: cluster }), [ray]],
  ['an address of Ray', machine({ env: { RAY_ADDRESS: 'set' } }), [ray]],
  ['Ray is to be started anew', machine({ env: { RAY_ADDRESS: 'local' }, machine: cluster }), []],
  ['both', machine({ env: JOB, machine: cluster }), [slurm, ray]],
  ['a job that is yet to be submitted', machine(), [], { allocation: { ...emptyAllocation(), tasks: 2 } }],
  ['another machine', machine({ env: JOB }), [], { cpus: 8 }],
  ['a job that is only asked for', machine(), [], { env: JOB }],
  ['a cluster that is only asked for', machine(), [], { env: { RAY_ADDRESS: 'x:1' } }],
  ['a job, with another variable asked for', machine({ env: JOB }), [slurm], { env: { LK_NUM_PROCS: '1' } }],
])('%s: what looks at all nodes is mentioned', (_, facts, commands, question = NO_QUESTION) => {
  const found = report(facts, question);
  expect(found.machine.nodes).toEqual(commands);
  const text = renderText(found, { color: false, width: 200, verbose: false });
  for (const command of [slurm, ray]) expect(text.includes(command)).toBe(commands.includes(command));
});

function emptyAllocation(): NonNullable<Question['allocation']> {
  return {
    nodes: null,
    tasks: null,
    tasksPerNode: null,
    cpusPerTask: null,
    cpusPerGpu: null,
    gpus: null,
    gpusPerNode: null,
    gpusPerTask: null,
    memoryPerNode: null,
    memoryPerCpu: null,
    memoryPerGpu: null,
    exclusive: false,
  };
}
