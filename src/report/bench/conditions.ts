import type { BenchResult, Run } from '../../documents/bench-result.ts';
import { duration, jobText } from './words.ts';

/** What a table of times was measured under, name by name: to stand below it wherever it is told. */
export function conditionLines(result: BenchResult): [name: string, text: string][] {
  const { program, engine, lenskit, generation, machine, cpus, conditions, search, spent, time } = result;
  const memory = conditions?.memoryBytes ?? null;
  const versions = Object.entries(conditions?.software ?? (lenskit === null ? {} : { LensKit: lenskit }));
  return [
    ['job', `${jobText(result)} (engine ${engine}, rules ${generation}, objective ${result.objective})`],
    ['date', `${time.slice(0, 16).replace('T', ' ')} UTC`],
    [
      'machine',
      [
        `${machine.platform} ${machine.arch}`,
        ...(machine.model === null ? [] : [machine.model]),
        ...(memory === null ? [] : [`${(memory / 2 ** 30).toFixed(1)} GiB of memory`]),
      ].join(', '),
    ],
    [
      'CPUs',
      `${cpus.effective} effective${conditions === null ? '' : ` (${conditions.cpus})`}; LensKit counts ${cpus.lenskit}`,
    ],
    ['versions', [`lk ${program.version}`, ...versions.map(([name, version]) => `${name} ${version}`)].join(', ')],
    [
      'runs',
      `${spent.runs} in ${duration(spent.seconds)}, ${search.method}, seed ${search.seed}${warmedUp(conditions)}${search.complete ? '' : ', not finished'}`,
    ],
    ...loadLine(result),
    [
      'statistics',
      'ratio now ÷ setting: estimate and interval of Hodges and Lehmann from the signed ranks of pairs of runs in random order, on logarithms, 5 % error over all looks; medians: interval by ranks, 95 %, from six runs on; ±: standard deviation of the runs that came to their end; a run that was ended counts as longer',
    ],
  ];
}

function warmedUp(conditions: BenchResult['conditions']): string {
  if (conditions === null) return '';
  const { current, others } = conditions.warmup;
  if (current === others) return current === 0 ? ', no warm-up' : `, ${current} before each setting to warm up`;
  return `, ${current} of the current environment to warm up`;
}

/** CPUs that others kept busy during the runs. */
function loadLine({ baseline, trials }: BenchResult): [string, string][] {
  const runs: readonly Run[] = [...baseline.runs, ...trials.flatMap((trial) => trial.runs)];
  const loads = runs.flatMap(({ foreignLoad }) => foreignLoad ?? []).sort((a, b) => a - b);
  if (loads.length === 0) return [];
  const [middle = 0, most = 0] = [loads[loads.length >> 1], loads.at(-1)];
  return [['other load', `${middle.toFixed(2)} CPUs in the middle run, ${most.toFixed(2)} at most`]];
}
