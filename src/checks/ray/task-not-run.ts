import { inert } from '../../escape/shell.ts';
import type { ObservedRay } from '../../probe/observed.ts';
import { type Check, counted, type Finding, pass, skip } from '../check.ts';

/** The probe asks Ray for what LensKit's batch would ask for: why it got none of it. */
export const rayTaskNotRun: Check = {
  id: 'ray/task-not-run',
  title: 'Ray did not run the task of a batch',
  run({ ray, probe }) {
    if (ray === null) return pass('Ray is not asked for');
    if (probe === null) return skip('not probed: --probe hands Ray a task as a batch run does');
    const seen = probe.ok ? probe.observed.ray : null;
    if (!seen) return skip('the probe did not come to Ray');
    if (seen.cause === null) return pass(`a task ran with ${counted(seen.assigned ?? seen.asked, 'CPU')}`);
    if (seen.cause === 'no node' || (seen.cause === 'error' && ray.cpusOfTask === null))
      return skip('said by ray/backend-threads');
    return outcome(seen);
  },
};

function outcome({ cause, foundBy, nodes, asked, error }: ObservedRay): Finding {
  const place = foundBy ?? 'Ray';
  const total = nodes.reduce((sum, cpus) => sum + cpus, 0);
  if (cause === 'no answer') {
    return {
      status: 'fail',
      title: 'no Ray answers where one is said to run: a batch run waits for it for minutes',
      evidence: [{ where: place, said: 'nothing answers at this address' }],
      fix:
        foundBy === 'RAY_ADDRESS'
          ? { unset: ['RAY_ADDRESS'] }
          : { text: inert`start it with ray start, or remove ${place}: LensKit then starts a Ray of its own` },
    };
  }
  if (cause === 'busy') {
    return {
      status: 'warn',
      title: `Ray has no ${counted(asked, 'CPU')} free for a task: a batch run waits until others end`,
      detail: 'the probe waited for 10 s, and asked for nothing',
      evidence: [{ where: place, said: `${total} CPUs, fewer than ${asked} of them free` }],
      fix: { text: inert`see who has them: ray status` },
    };
  }
  return {
    status: 'fail',
    title:
      error === null
        ? 'a task on Ray did not end within 60 s'
        : `a task on Ray stops with ${error.type}: ${error.message.split('\n')[0]?.slice(0, 200)}`,
    evidence: [{ where: place, said: error?.message.slice(0, 400) ?? 'no end' }],
    fix: { text: inert`see what Ray says: ray status, and the logs of its session` },
  };
}
