import type { Situation } from '../../situation/situation.ts';
import { type Check, type Evidence, NO_PLAN, pass, skip } from '../check.ts';

/** Where LensKit's documentation foretells other numbers than its code gives here. The code wins. */
export const configDocumentationDiffers: Check = {
  id: 'config/documentation-differs',
  title: "LensKit's documentation foretells other numbers",
  run(context) {
    if (context.resolution === null) return skip(NO_PLAN);
    const differences = [...fromKnobs(context), ...fromQuota(context)];
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
    if (worker && knob.worker && worker.value !== null && worker.value !== knob.worker.value) {
      differences.push({
        says: `a worker has ${knob.worker.value} ${words(knob.name)}, not at most ${worker.value}: the number of processes does not cap it`,
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

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
