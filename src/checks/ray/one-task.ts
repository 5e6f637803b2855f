import { grouped } from '../../escape/grouped.ts';
import { RAY_BATCH_SIZE } from '../../plan/ray-tasks.ts';
import { isConfig2026 } from '../../rules/resolution.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** LensKit hands Ray at least 2,000 lists at a time: what is smaller runs one after the other. */
export const rayOneTask: Check = {
  id: 'ray/one-task',
  title: 'a small batch run is one task, Ray or not',
  run({ resolution, ray, question }) {
    if (resolution === null) return skip(NO_PLAN);
    const { main } = resolution;
    if (ray === null || !isConfig2026(main)) return pass('Ray is not asked for');
    const size = grouped(Number(RAY_BATCH_SIZE));
    if (question.users !== null && BigInt(question.users) > RAY_BATCH_SIZE)
      return pass(`${grouped(question.users)} lists are ${ray.tasks ?? 'several'} tasks at once`);
    return {
      status: 'info',
      title:
        question.users === null
          ? `up to ${size} lists a batch run with Ray is one task: nothing runs in parallel`
          : `${grouped(question.users)} lists are one task of ${size}: nothing runs in parallel`,
      detail: 'recommend(…, batch_size=N) makes more of them; lk doctor --users N asks what if',
      evidence: [{ where: 'lists of a task', said: `max(lists ÷ 20, ${size})` }],
    };
  },
};
