import { counted, size } from '../checks/check.ts';
import { observed } from '../checks/probe/cpu-share.ts';
import type { Report } from '../documents/doctor-report.ts';
import type { Knob, KnobValue } from '../rules/resolution.ts';

/** The parts of a report that several renderers put into the same words. */

/** What led to a Python that nobody named or activated says more than what made it. */
const NAMED = ['.venv', 'Jupyter kernel', "lk's own environment"];

/** `LensKit 2025.8.1 · Python 3.11.7 (.venv) · rules 2025.3`. */
export function headline({ lenskit, python }: Report): string {
  const installed = lenskit.version ? `LensKit ${lenskit.version}` : 'LensKit not found';
  const interpreter =
    python.interpreter === null
      ? 'no Python found'
      : `Python ${python.version ?? '?'} (${python.foundBy !== null && NAMED.includes(python.foundBy) ? python.foundBy : python.kind})`;
  const rules =
    lenskit.generation === null ? 'rules not known' : `rules ${lenskit.generation}${lenskit.version ? '' : ' assumed'}`;
  return [installed, interpreter, rules].join(' · ');
}

type CountedCpus = Pick<Report['cpus'], 'online' | 'affinity' | 'cpuset' | 'isolated' | 'quota' | 'cgroupView'>;

/** `2 online → 2 by affinity → 1.0 by cgroup quota (/docker/4f, cpu.cfs_quota_us)`. */
export function derivation({ cpus }: { cpus: CountedCpus }): string {
  const parts = [cpus.online === null ? 'number online not known' : `${cpus.online} online`];
  parts.push(cpus.affinity === null ? 'affinity not known' : `${cpus.affinity} by affinity`);
  // Each step narrows the one before: the affinity may hold fewer CPUs than the cpuset that it lies in.
  if (cpus.cpuset !== null && (cpus.affinity === null || cpus.cpuset < cpus.affinity))
    parts.push(`${cpus.cpuset} by cpuset`);
  if (cpus.isolated > 0) parts.push(`${cpus.isolated} of them isolated`);
  if (cpus.quota) {
    const { cpus: allowed, cgroup, file } = cpus.quota;
    parts.push(`${fraction(allowed)} by cgroup quota (${cgroup}, ${file.split('/').at(-1)})`);
  } else if (cpus.cgroupView === 'none') parts.push('no cgroup can be read: a quota cannot be seen');
  return parts.join(' → ');
}

/** `LensKit counts 2: it reads affinity, not quotas`. */
export function counting({ cpus }: Report): string {
  if (cpus.lenskit === null) {
    const ends = cpus.binding?.kind !== 'hangs';
    return `${ends ? 'what LensKit counts is not known' : 'LensKit never comes to count'}: ${cpus.lenskitWhy}`;
  }
  return `LensKit counts ${cpus.lenskit} (${cpus.lenskitCall}): ${cpus.lenskitWhy}`;
}

/** `in Docker; Slurm granted 4 CPUs (SLURM_CPUS_PER_TASK=4)`: what is around the process. */
export function around({ machine, checks, cpus }: Report): string[] {
  const { surroundings, scheduler, launchers, share, request } = machine;
  const parts = surroundings.length > 0 ? [`in ${surroundings.join(', ')}`] : [];
  if (scheduler?.cpus != null) {
    const tasks = (scheduler.tasksOnNode ?? 1) > 1 ? [`${scheduler.tasksOnNode} tasks here`] : [];
    const from = scheduler.variable === null ? [] : [`${scheduler.variable}=${cut(scheduler.raw ?? '')}`];
    const said = [...from, ...tasks].join(', ');
    const memory = scheduler.memoryBytes === null ? '' : `, ${size(scheduler.memoryBytes)} of memory on this node`;
    parts.push(`${scheduler.scheduler} granted ${counted(scheduler.cpus, 'CPU')}${said && ` (${said})`}${memory}`);
  } else if (scheduler !== null) parts.push(`a job of ${scheduler.scheduler}`);
  for (const { launcher, siblings } of launchers)
    parts.push(siblings === null ? `perhaps a worker of ${launcher}` : `one of ${siblings} processes of ${launcher}`);
  if (scheduler?.cpus == null && share !== null) parts.push(`${counted(share, 'CPU')} for each`);
  if (request !== null) parts.push(requested(request));
  const asides = checks.filter(({ id, status }) => status === 'info' && ASIDES.includes(id)).map(({ title }) => title);
  if (machine.gpus === null) parts.push('whether there are GPUs cannot be seen');
  const measured = cpus.observed && observed({ got: cpus.observed.cpus, loops: cpus.observed.of });
  // Where the reason is no finding it is said here.
  const noted = checks.find(({ id, status }) => id === 'probe/cpu-share' && (status === 'info' || status === 'pass'));
  return [
    ...(parts.length > 0 ? [parts.join('; ')] : []),
    ...(measured === null ? [] : [noted?.title ?? `${measured}, by busy loops`]),
    ...asides,
  ];
}

function requested({ cpus, either, file }: NonNullable<Report['machine']['request']>): string {
  const name = file.split('/').at(-1);
  if (either === null) return `${counted(cpus ?? 0, 'CPU')} requested (${name})`;
  return `${counted(either.since, 'CPU')} requested, or ${either.before} if the runtime is older than runc 1.3.2 (${name})`;
}

/** What is no fault, and still to be seen at the first look. */
const ASIDES: readonly string[] = ['cpu/nodes-idle', 'cpu/identical-copies', 'cpu/mixed-cores'];

function fraction(cpus: number): string {
  return Number.isInteger(cpus) ? cpus.toFixed(1) : String(Math.round(cpus * 1000) / 1000);
}

/** What decides a pool, and a worker's where that is something else. */
export function decidedBy({
  by,
  workerBy,
  loaded,
}: Pick<Report['pools'][number], 'by' | 'workerBy' | 'loaded'>): string {
  const decided = workerBy === null ? by : `${by}; worker: ${workerBy}`;
  return loaded === false ? `${decided} (not loaded)` : decided;
}

/** The knobs that a report shows: those that are in use, and of the others those that are set. */
export function shownKnobs({ knobs }: Pick<Report, 'knobs'>, verbose: boolean): Knob[] {
  return knobs.filter(
    (knob) =>
      (knob.status === 'in use' && (verbose || !isNothing(knob))) ||
      (knob.source === null ? verbose && knob.status === 'deprecated' : knob.source.kind !== 'default'),
  );
}

/** A variable alone that is not set, and without which nothing happens. */
function isNothing({ parameter, candidates }: Knob): boolean {
  return parameter === '' && candidates.every(({ set }) => !set);
}

/** The variable, and where it sets two things the second. */
export function knobName({ env, name }: Knob): string {
  return name === 'workerThreads' ? `${env}, 2nd` : env;
}

/** A knob's value in the main process: the first of a list. */
export function mainValue(knob: Knob): string {
  return shown(Array.isArray(knob.value) ? knob.value[0] : knob.value);
}

/** Its value in a worker process, where there are any. */
export function workerValue(knob: Knob): string {
  return knob.worker ? shown(knob.worker.value) : '';
}

export function shown(value: KnobValue | undefined): string {
  if (value === null || value === undefined) return '–';
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** Where the value comes from, with the formula's numbers put in. */
export function origin(knob: Knob, backend: string | null): string {
  const { source } = knob;
  const used = knob.candidates.find((candidate) => candidate.used);
  const meaning = used?.kind !== 'default' && used?.formula ? ` (${used.formula})` : '';
  const unused = knob.name === 'workerThreads' ? 'obeyed by MKL alone' : 'used by nothing';
  const deprecated = knob.status === 'deprecated' ? 'deprecated' : knob.status === 'unused' ? unused : '';
  if (source === null) {
    return deprecated && backend
      ? `deprecated: write LK_NUM_BACKEND_THREADS=${backend} (main,worker)`
      : deprecated || 'not set';
  }
  if (source.kind === 'default') {
    // A word for what happens without it, and no number.
    if (used?.substituted === undefined) return 'not set';
    return [`default ${used.substituted}`, deprecated, inProcess(knob)].filter(Boolean).join(', ');
  }
  const line = source.line === undefined ? '' : `:${source.line}`;
  const at =
    source.kind === 'parameter'
      ? `parameter ${source.name}=`
      : source.kind === 'env'
        ? `${source.name}=`
        : `${source.name}${line}: `;
  return [`${at}${cut(source.raw ?? '')}${meaning}`, deprecated, inProcess(knob)].filter(Boolean).join(', ');
}

/** With one process 0.14 starts none: `n_jobs` is its name for the number. */
function inProcess({ parameter, value }: Knob): string {
  return parameter === 'n_jobs' && String(value) === '1' ? 'in process' : '';
}

/** The list that would set the backend threads of main and workers, as an example of the syntax. */
export function backendList({ knobs }: Pick<Report, 'knobs'>): string | null {
  const backend = knobs.find(({ name }) => name === 'backendThreads');
  return backend?.worker ? `${mainValue(backend)},${workerValue(backend)}` : null;
}

export function cut(text: string, most = 40): string {
  // Half a surrogate pair is nothing to look at.
  return text.length > most ? `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** `1 failed, 1 warning, 17 passed`: what there is of each. */
export function totals({ summary }: Report): string {
  const parts = [
    [summary.error, summary.error === 1 ? 'check failed itself' : 'checks failed themselves'],
    [summary.fail, 'failed'],
    [summary.warn, summary.warn === 1 ? 'warning' : 'warnings'],
    [summary.info, summary.info === 1 ? 'note' : 'notes'],
    [summary.pass, 'passed'],
    [summary.skip, 'skipped'],
  ] as const;
  const counts = parts
    .filter(([count, word]) => count > 0 || word === 'passed')
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
  return summary.error + summary.fail + summary.warn === 0 ? `no problems found: ${counts}` : counts;
}
