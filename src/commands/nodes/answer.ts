import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { writeSnapshot } from '../../doctor/snapshot.ts';
import type { TaskReport } from '../../documents/nodes.ts';
import { type Answer, writeAnswer } from '../../nodes/answer.ts';
import { framesOf } from '../../nodes/frames.ts';
import { asPage } from '../../output/presented.ts';
import { print } from '../../output/standard-output.ts';
import type { Facts } from '../../situation/facts.ts';
import { NO_QUESTION, type Question } from '../../situation/question.ts';
import { situate } from '../../situation/situate.ts';
import { look } from '../doctor/look.ts';
import type { NodesFlags } from './flags.ts';

const MOST_SAID = 500;

/** Looks at this node as one of its tasks, and prints its answer in lines that may be mixed with those of others. */
export async function answer(
  { python }: Pick<NodesFlags, 'python'>,
  question: Question,
  { version, root }: { version: string; root: string },
): Promise<void> {
  const { SLURM_LOCALID: local = '', SLURM_PROCID: task = '' } = process.env;
  const place = {
    node: process.env.SLURMD_NODENAME || hostname() || 'a node without a name',
    step: {
      nodes: process.env.SLURM_STEP_NODELIST ?? process.env.SLURM_NODELIST ?? null,
      tasksPerNode: process.env.SLURM_STEP_TASKS_PER_NODE ?? null,
    },
    local: indexOf(local) ?? 0,
  };
  let said: Pick<Answer, 'seen' | 'error' | 'snapshot'>;
  try {
    const { facts } = await look({ python }, question, root);
    const first = place.local === 0;
    said = {
      seen: seenBy(facts, question, indexOf(task)),
      error: null,
      // The first of a node tells of it for all.
      snapshot: first ? writeSnapshot(facts, NO_QUESTION, version, new Date(), place.node) : null,
    };
  } catch (error) {
    said = { seen: null, error: (error as Error).message.slice(0, MOST_SAID), snapshot: null };
  }
  // What stood on the line before is none of ours.
  const lines = ['', ...framesOf(randomBytes(8).toString('hex'), writeAnswer({ ...place, ...said }))];
  print(asPage(`${lines.join('\n')}\n`));
}

/** What this task has, by the facts. */
export function seenBy(facts: Facts, question: Question, task: number | null): TaskReport {
  const { cpus, share, grant, machine, plan } = withPlan(situate(facts, question));
  const { quota } = cpus;
  return {
    task,
    alike: 1,
    cpus: cpus.effective,
    affinity: facts.cpus.affinity,
    limitedBy: cpus.limitedBy,
    quota: quota && { cpus: quota.cpus, file: quota.file },
    memoryLimit: machine.memory.limit?.bytes ?? null,
    granted: grant && {
      cpus: grant.cpus,
      cpusOnNode: grant.cpusOnNode,
      memoryBytes: grant.memoryBytes,
      variable: grant.variable,
    },
    bound: share.bound,
    threads: plan === null || plan.peakThreads === null ? null : Number(plan.peakThreads),
  };
}

function withPlan(situation: ReturnType<typeof situate>) {
  return situation.rules === null ? { ...situation, plan: null } : situation;
}

function indexOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
