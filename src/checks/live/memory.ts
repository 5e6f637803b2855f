import { inert } from '../../escape/shell.ts';
import { memoryLimit } from '../../machine/memory-limit.ts';
import { type MachineCheck, pass, size, skip } from '../check.ts';
import { NO_JOB, percent } from './seen.ts';

/** With less than this part of its limit left, the next copy of a model may be the last. */
const LEAST_LEFT = 0.1;

/** The running job has nearly all the memory that it may have. */
export const liveMemory: MachineCheck = {
  id: 'live/memory',
  title: 'the running job has nearly all of its memory',
  needsNoRules: true,
  run({ live, machine, share }) {
    if (live === null) return skip(NO_JOB);
    const { memoryBytes, processes } = live;
    const limit = memoryLimit(machine.memory, share);
    if (memoryBytes === null || limit === null) return skip('its memory, or the limit of it, cannot be read');
    const { total, available } = machine.memory;
    // What is used and available is without the job itself.
    const byLimit = limit.bytes - (limit.used ?? 0) - memoryBytes;
    const byMachine = total === null || available === null ? byLimit : available - memoryBytes;
    const left = Math.max(0, Math.min(byLimit, byMachine));
    const has = `its ${processes.length} processes have ${size(memoryBytes)} of ${size(limit.bytes)}`;
    if (left >= LEAST_LEFT * limit.bytes) return pass(`${has}, ${size(left)} are left`);
    return {
      status: 'warn',
      title: `${has}, ${size(left)} are left (${percent(left / limit.bytes)})`,
      detail: 'where it runs out, the kernel ends a process: a worker, and with it the batch run, or the job',
      evidence: [{ where: limit.where, said: [size(limit.bytes), limit.said].filter(Boolean).join(' ') }],
      fix: { text: inert`fewer worker processes (LK_NUM_PROCS), or a job with more memory` },
    };
  },
};
