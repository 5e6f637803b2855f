import type { Count, Knob, KnobValue } from '../../config/resolution.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, counted, type Evidence, NO_PLAN, pass, skip } from '../check.ts';

/** Where LensKit's documentation foretells other numbers than its code gives here. The code wins. */
export const configDocumentationDiffers: Check = {
  id: 'config/documentation-differs',
  title: "LensKit's documentation foretells other numbers",
  run(context) {
    if (context.resolution === null) return skip(NO_PLAN);
    const differences = [...fromKnobs(context), ...fromWorkerThreads(context), ...fromQuota(context)];
    const [first] = differences;
    if (first === undefined) return pass("LensKit's documentation and code agree here");
    return {
      status: 'info',
      title: first.says,
      detail: [...differences.slice(1).map(({ says }) => says), 'the code wins'].join('; '),
      evidence: differences.map(({ evidence }) => evidence),
    };
  },
};

interface Difference {
  says: string;
  evidence: Evidence;
}

function fromKnobs({ resolution }: Situation): Difference[] {
  return (resolution?.knobs ?? []).flatMap((knob): Difference[] => {
    const differences: Difference[] = [];
    const worker = knob.documented?.worker;
    if (worker && knob.worker && isMore(knob.worker.value, worker.value)) {
      differences.push({
        says: `a worker has ${counted(knob.worker.value as Count, singular(knob.name))}, not at most ${worker.value}: the number of processes does not cap it`,
        evidence: { where: `documentation of ${knob.env}`, said: `${worker.formula} = ${worker.value}` },
      });
    }
    const unset = knob.source === null && knob.status === 'deprecated' && knob.documented?.value != null;
    if (unset && knob.documented) {
      differences.push({
        says: `${knob.env} has no default any more`,
        evidence: {
          where: `documentation of ${knob.env}`,
          said: `${knob.documented.formula} = ${knob.documented.value}`,
        },
      });
    }
    return differences;
  });
}

/**
 * "The default for LK_NUM_THREADS in a worker process is now the same as LK_NUM_BACKEND_THREADS" (2025.3); the code
 * takes the main process's threads, capped (`_subprocess_config`, 2025.8.1).
 */
function fromWorkerThreads({ rules, resolution }: Situation): Difference[] {
  const knob = (name: string): Knob | undefined => resolution?.knobs.find((one) => one.name === name);
  const [threads, backend] = [knob('threads'), knob('backendThreads')];
  const isList = Array.isArray(threads?.value) && threads.value.length > 1;
  if (rules.generation !== '2025.3' || isList || !threads?.worker || !backend?.worker) return [];
  const [really, promised] = [threads.worker.value, backend.worker.value];
  if (really === null || promised === null || really === promised) return [];
  return [
    {
      says: `a worker has ${counted(really as Count, 'thread')}, not ${promised} as it has backend threads`,
      evidence: { where: 'documentation of LK_NUM_THREADS', said: 'in a worker the same as LK_NUM_BACKEND_THREADS' },
    },
  ];
}

/** The documentation of 2026 says that the count accounts for CPU limits; it knows the affinity alone. */
function fromQuota({ rules, cpus, ncpus }: Situation): Difference[] {
  if (rules.generation !== '2026.1' || cpus.limitedBy !== 'quota' || ncpus.count <= cpus.effective) return [];
  return [
    {
      says: `LensKit counts ${ncpus.count} CPUs, not ${cpus.effective}: it accounts for affinity, not for CPU limits`,
      evidence: { where: 'documentation of num_cpus', said: 'accounts for operating system CPU limits' },
    },
  ];
}

/** What a worker has is more than the documentation's cap; fewer agree with it. */
function isMore(value: KnobValue, cap: KnobValue): boolean {
  return (typeof value === 'number' || typeof value === 'bigint') && typeof cap === 'number' && value > cap;
}

/** `backend thread`, `process`. */
function singular(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.endsWith('sses') ? words.slice(0, -2) : words.slice(0, -1);
}
