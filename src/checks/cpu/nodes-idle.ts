import { inert } from '../../escape/shell.ts';
import { type Check, counted, pass } from '../check.ts';

/** A job of several nodes, and a program that was started on one of them. */
export const cpuNodesIdle: Check = {
  id: 'cpu/nodes-idle',
  title: 'a job has nodes that LensKit does not use',
  run({ grant, ray }) {
    const nodes = grant?.nodes ?? 1;
    if (grant === null || !grant.onNode) return pass('this is no job of several nodes');
    if (nodes <= 1) return pass('the job has one node');
    if (grant.inStep) return pass(`the step runs on ${counted(nodes, 'node')}`);
    if (ray?.cluster === 'existing') return pass('Ray spreads the work over nodes');
    return {
      status: 'info',
      title: `${nodes - 1} of ${counted(nodes, 'node')} ${nodes === 2 ? 'stays' : 'stay'} idle: what the job's script starts runs on one`,
      detail: 'LensKit uses other nodes through Ray alone, from 2026.1 on',
      evidence: [{ where: `nodes of the job of ${grant.scheduler}`, said: String(nodes) }],
      fix: { text: inert`ask for one node: --nodes=1` },
    };
  },
};
