import { grouped } from '../../escape/grouped.ts';
import { batchSeconds, leastTask, startSeconds } from '../../plan/costs.ts';
import { crossing, inRoundNumbers } from '../../recommend/by-users.ts';
import { traitsOf } from '../../rules/generations.ts';
import type { Knob } from '../../rules/resolution.ts';
import { cpusOfBatch, mostJobs, workersOfBatch } from '../../situation/batch.ts';
import type { Situation } from '../../situation/situation.ts';
import { aboutSeconds, type Check, counted, type Evidence, NO_PLAN, pass, recommended, skip } from '../check.ts';

/** Every batch run starts its workers anew, and each imports LensKit first: small runs do not win that back. */
export const planWorkerStart: Check = {
  id: 'plan/worker-start',
  title: 'starting workers takes longer than they save',
  run(context) {
    const { resolution, question, recommendation, ray } = context;
    if (resolution === null) return skip(NO_PLAN);
    if (ray?.cluster === 'existing') return skip('the Ray that runs already has its workers');
    if (ray !== null && context.python.packages.ray === undefined) return skip('Ray is not installed');
    const workers = workersOfBatch(context);
    if (workers === 1) return pass('a batch run starts no worker process');
    const { costs } = recommendation.costs;
    const spread = { workers, cpus: cpusOfBatch(context), jobs: mostJobs(context, context.rules) };
    const seconds = (count: number, users: number) => batchSeconds(costs, { ...spread, workers: count }, users);
    const pays = crossing({ seconds, task: leastTask(costs) }, 1, workers);
    const start = `${counted(workers, 'worker')} cost about ${aboutSeconds(startSeconds(costs, spread))} at every batch`;
    const { users } = question;
    if (pays === null) {
      return {
        status: 'warn',
        title: `${start}, and never pay on ${counted(Math.round(spread.cpus * 100) / 100, 'CPU')}`,
        detail: detailOf(context),
        evidence: evidenceOf(context),
        fix: recommended(context),
      };
    }
    const title = `${start}; from about ${grouped(inRoundNumbers(pays))} users on they pay`;
    // Who needs more workers than there are does not need fewer.
    const advised = recommendation.byUsers.findLast(({ fromUsers }) => fromUsers <= (users ?? 0));
    if (users !== null && (users >= pays || (advised?.workers ?? 1) >= workers)) return pass(title);
    return {
      // Who has set a number has decided.
      status: users !== null || isDefault(context) ? 'warn' : 'info',
      title,
      detail: detailOf(context),
      evidence: evidenceOf(context),
      fix: recommended(context),
    };
  },
};

function detailOf({ rules }: Situation): string {
  return traitsOf(rules).pools === 'numba'
    ? 'each imports LensKit, and compiles what it needs with Numba, before its first list'
    : 'each imports LensKit and Torch before its first list';
}

function evidenceOf({ recommendation, resolution, ncpus }: Situation): Evidence[] {
  const { costs, model, said } = recommendation.costs;
  const knob = resolution?.knobs.find(isOfWorkers);
  const where =
    knob?.source?.kind === 'default' ? `default for ${counted(ncpus.count, 'CPU')}` : (knob?.source?.name ?? 'set');
  return [
    { where, said: `${knob?.env} = ${knob?.value}` },
    {
      where: said,
      said: `${model}: ${aboutSeconds(costs.start)} of CPU to start a worker; a list takes ${milliseconds(costs.inProcess)} in the process, ${milliseconds(costs.inWorker)} in a worker and ${milliseconds(costs.handing)} beside it`,
    },
  ];
}

function milliseconds(seconds: number): string {
  return `${Number((seconds * 1000).toPrecision(2))} ms`;
}

function isDefault({ resolution }: Situation): boolean {
  return resolution?.knobs.find(isOfWorkers)?.source?.kind === 'default';
}

function isOfWorkers({ name }: Knob): boolean {
  return name === 'processes' || name === 'numBatchJobs';
}
