import type { CoreKinds } from '../../machine/core-kinds.ts';
import { backendThreadsOf } from '../../rules/backend-threads.ts';
import { traitsOf } from '../../rules/generations.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, pass, skip } from '../check.ts';

/** A part of the CPUs is on slower cores (E cores, LITTLE): threads that wait for each other wait for those. */
export const cpuMixedCores: Check = {
  id: 'cpu/mixed-cores',
  title: 'a part of the CPUs is slower',
  run(context) {
    const { question, rules } = context;
    if (question.cpus !== null || question.allocation !== null)
      return skip('which cores the what-if would have is not known');
    const kinds = kindsOf(context);
    if (kinds === null) return pass('no slower cores are to be seen');
    const { fast, slow, file } = kinds;
    return {
      status: 'info',
      title: `${slow} of ${counted(fast + slow, 'CPU')} are on slower cores`,
      detail: `LensKit counts them like the others, and so does the recommendation: ${traitsOf(rules).pools === 'numba' ? ofNumba(fast) : ofRayon(context, fast)}`,
      evidence: [{ where: file, said: `${fast} fast, ${slow} slower` }],
    };
  },
};

function ofRayon({ resolution }: Situation, fast: number): string {
  const backends = resolution && backendThreadsOf(resolution);
  return (
    'Rayon hands slower cores less of the work, but backend threads (OpenMP, BLAS) meet at barriers and wait for the slowest; ' +
    `they are ${backends ?? 'not limited'}, and more than ${fast} reach slower cores: lk bench batch measures what is best`
  );
}

function ofNumba(fast: number): string {
  return `Numba gives each thread as much of the work, and BLAS meets at barriers, so that both wait for the slowest; more than ${fast} threads reach slower cores`;
}

function kindsOf({ machine, cpuFacts }: Situation): CoreKinds | null {
  const { physicalCores, performanceCores } = cpuFacts;
  if (physicalCores === null || performanceCores === null || performanceCores >= physicalCores)
    return machine.coreKinds;
  return { fast: performanceCores, slow: physicalCores - performanceCores, file: cpuFacts.platform };
}
