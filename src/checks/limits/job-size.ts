import { inert } from '../../escape/shell.ts';
import { counted, type MachineCheck, pass, size, skip } from '../check.ts';

/** A job that is yet to be submitted, and that asks a node for more than it has: such a job never starts there. */
export const limitsJobSize: MachineCheck = {
  id: 'limits/job-size',
  title: 'a job asks for more than a node has',
  needsNoRules: true,
  run({ question, grant, cpus, machine }) {
    if (question.allocation === null) return pass('no job was asked about');
    if (cpus.online === null) return skip("the node's CPUs are not known");
    const { total } = machine.memory;
    const { cpusOnNode, memoryBytes } = grant ?? { cpusOnNode: null, memoryBytes: null };
    if (cpusOnNode !== null && cpusOnNode > cpus.online) {
      return {
        status: 'fail',
        title: `the job asks for ${counted(cpusOnNode, 'CPU')} on a node, and the node has ${cpus.online}`,
        detail: 'it waits for a larger node, or is refused',
        evidence: [{ where: "the node's CPUs", said: String(cpus.online) }],
        fix: {
          text: inert`ask for fewer: --cpus-per-task=${Math.max(1, Math.floor(cpus.online / (grant?.tasksOnNode ?? 1)))}`,
        },
      };
    }
    if (memoryBytes !== null && total !== null && memoryBytes > total) {
      return {
        status: 'fail',
        title: `the job asks for ${size(memoryBytes)} on a node, and the node has ${size(total)}`,
        detail: 'it waits for a larger node, or is refused',
        evidence: [{ where: "the node's memory", said: size(total) }],
        fix: { text: inert`ask for less: --mem=${Math.floor(total / 1024 ** 3)}G` },
      };
    }
    return pass(`the node has the ${counted(cpusOnNode ?? 0, 'CPU')} that the job asks for`);
  },
};
