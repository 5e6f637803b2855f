import type { BenchResult } from '../../documents/bench-result.ts';
import { traitsOf } from '../../rules/generations.ts';
import { rayFault } from '../../situation/ray.ts';
import type { Situation } from '../../situation/situation.ts';

/** LensKit makes one task of Ray's of so many lists, or of a twentieth of all (2026.1.0 to 2026.4.0, `batch/_runner.py`). */
const LISTS_OF_A_TASK = 2000;
/** Of the made-up data. */
const USERS = 2000;
/** More tasks than this cost more than they show. */
const MOST_TASKS = 4;

/** Settings with Ray are tried: it is installed, and this LensKit can use it. */
export function triesRay(situation: Situation): boolean {
  const { rules, python } = situation;
  return traitsOf(rules).batch === 'tasks' && python.packages.ray !== undefined && rayFault(situation) !== 'version';
}

/** The users of the made-up data: with Ray so many that there is a task for each CPU, two at least. */
export function madeUpUsers(given: number | undefined, situation: Situation, objective: string): number {
  if (given !== undefined) return given;
  if (objective === 'train' || !triesRay(situation)) return USERS;
  return LISTS_OF_A_TASK * Math.max(2, Math.min(MOST_TASKS, Math.floor(situation.cpus.effective)));
}

/** That Ray had one task, so that nothing ran beside anything; nothing where it had more, or was not tried. */
export function oneTask({ trials }: Pick<BenchResult, 'trials'>, users: number | null): string[] {
  const tried = trials.some(({ settings, runs }) => settings.ray === true && runs.length > 0);
  return tried && users !== null && users <= LISTS_OF_A_TASK
    ? [
        `with Ray ${users} lists are one task (LensKit makes tasks of ${LISTS_OF_A_TASK}), so that nothing ran side by side: only a job of more shows what Ray does`,
      ]
    : [];
}

/** CPUs; less is always at work. */
const OTHER_WORK = 0.5;

/** That Ray's workers gave way to other work (`_private/ray_constants.py`, RAY_worker_niceness: 15). */
export function gaveWay({ trials }: Pick<BenchResult, 'trials'>, niceness: string | undefined): string[] {
  const loads = trials.flatMap(({ settings, runs }) =>
    settings.ray === true ? runs.map(({ foreignLoad }) => foreignLoad ?? 0) : [],
  );
  const most = Math.max(0, ...loads);
  return niceness === undefined && most >= OTHER_WORK
    ? [
        `Ray's workers have niceness 15 and give way to all other work: up to ${most.toFixed(1)} CPUs were busy with some while settings with Ray ran; measure on a quiet machine, or with RAY_worker_niceness=0`,
      ]
    : [];
}
