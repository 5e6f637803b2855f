import { inert } from '../../escape/shell.ts';
import { memoryLimit } from '../../machine/memory-limit.ts';
import { traitsOf } from '../../rules/generations.ts';
import { PROCESS_BYTES } from '../../situation/limits.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, type Evidence, type Fix, pass, type Status, size, skip, unseenLimits } from '../check.ts';

/** No knob makes a process smaller: what it takes to import Torch and to train is there before any model. */
export const memoryProcessDoesNotFit: Check = {
  id: 'memory/process-does-not-fit',
  title: 'one process does not fit into memory',
  run(context) {
    const { machine, share, python, question } = context;
    // What was measured is a process with Torch.
    if (traitsOf(context.rules).pools === 'numba') return skip('what a process of LensKit 0.14 takes was not measured');
    const { limit, available } = machine.memory;
    const least = memoryLimit(machine.memory, share);
    if (least === null) return skip('neither a limit nor the memory of the machine is known');
    const evidence: Evidence[] = [
      { where: least.where, said: [size(least.bytes), least.said].filter(Boolean).join(' ') },
      { where: "measured with PyPI's Torch 2.15", said: `${size(PROCESS_BYTES)} for one process and a small job` },
    ];
    const killed = 'the kernel or the scheduler kills it, with no message of its own; no variable makes it smaller';
    const status = certain(python);
    if (least.bytes < PROCESS_BYTES) {
      return {
        status,
        title: `one process takes ${size(PROCESS_BYTES)} at the least, and there are ${size(least.bytes)}`,
        detail: killed,
        evidence,
        fix: more(question.allocation !== null || least.where !== limit?.file),
      };
    }
    if (available !== null && available < PROCESS_BYTES) {
      return {
        status,
        title: `one process takes ${size(PROCESS_BYTES)} at the least, and ${size(available)} of the machine are available`,
        detail: killed,
        evidence: [...evidence, { where: '/proc/meminfo', said: `MemAvailable ${size(available)}` }],
        fix: { text: inert`end what else takes memory, or use a machine with more` },
      };
    }
    const left = limit?.used == null ? null : limit.bytes - limit.used;
    if (left !== null && left < PROCESS_BYTES) {
      return {
        status: 'warn',
        title: `one process takes ${size(PROCESS_BYTES)} at the least, and others leave ${size(Math.max(0, left))} of the limit`,
        detail: 'what is cached of files is not counted: it is given back where it is needed',
        evidence: [...evidence, { where: 'free now', said: size(Math.max(0, left)) }],
        fix: more(false),
      };
    }
    return (
      unseenLimits(context, 'memory') ??
      pass(`one process takes ${size(PROCESS_BYTES)} at the least, of ${size(least.bytes)}`)
    );
  },
};

/** Torch without CUDA, which has less to load, was not measured. */
function certain({ torch }: Situation['python']): Status {
  return torch !== null && torch.cuda === null ? 'warn' : 'fail';
}

function more(byScheduler: boolean): Fix {
  return byScheduler
    ? { text: inert`ask the scheduler for more: --mem=2G of Slurm` }
    : { text: inert`allow more: docker run --memory=2g; resources.limits.memory of Kubernetes; --mem=2G of Slurm` };
}
