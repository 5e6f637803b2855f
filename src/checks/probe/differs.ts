import { isAffinityKnown } from '../../cpus/lenskit-count.ts';
import { inert } from '../../escape/shell.ts';
import { type MemoryLimit, memoryLimit } from '../../machine/memory-limit.ts';
import { poolThreads } from '../../pools/pool-threads.ts';
import type { PoolThreads } from '../../pools/row.ts';
import type { Observed, ObservedProcess, ObservedRay } from '../../probe/observed.ts';
import { since } from '../../rules/generation.ts';
import { traitsOf } from '../../rules/generations.ts';
import { isConfig014, isConfig2026, pythonName } from '../../rules/resolution.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, pass, size, skip } from '../check.ts';
import { TEMP_DIR_EXCEPTIONS } from '../config/temp-dir.ts';

/** One thing that was foretold from files, and what was seen. */
export interface Comparison {
  what: string;
  foretold: string;
  observed: string;
  agrees: boolean;
}

/** What the probe saw is not what was foretold: the report is wrong somewhere, or the environment is not what it seems. */
export const probeDiffers: Check = {
  id: 'probe/differs',
  title: 'the probe saw something else than was foretold',
  run(context) {
    const { probe } = context;
    if (probe === null) return skip('not probed: --probe runs your Python once and compares');
    if (!probe.ok) {
      const limit = likelyCause(context, probe.why);
      const detail = [
        ...(limit === null ? [] : [`likely for its memory, of which ${size(limit.bytes)} are allowed`]),
        ...probe.lastLines,
      ].join(' | ');
      return {
        status: 'fail',
        title: `the probe of ${probe.interpreter} came to nothing: ${probe.why}`,
        ...(detail === '' ? {} : { detail }),
        evidence: [
          { where: probe.interpreter, said: probe.why },
          ...(limit === null ? [] : [{ where: limit.where, said: size(limit.bytes) }]),
        ],
        fix:
          limit === null
            ? { text: inert`see what it says: python probe/probe.py` }
            : { text: inert`allow more memory; lk explain memory/process-does-not-fit says how much it takes` },
      };
    }
    const all = comparisons(context, probe.observed);
    const different = all.filter(({ agrees }) => !agrees);
    const [first] = different;
    if (first === undefined) return pass(`all ${all.length} values are as foretold`);
    return {
      status: 'warn',
      title: `${first.what}: foretold ${first.foretold}, observed ${first.observed}`,
      detail: `${different.length} of ${all.length} values differ`,
      evidence: different.map(({ what, foretold, observed }) => ({
        where: what,
        said: `foretold ${foretold}, observed ${observed}`,
      })),
      fix: { text: inert`paste the report of lk doctor --probe --format markdown into an issue` },
    };
  },
};

/** The limit for which a process was likely killed, of which nobody tells it; null: none is known, or it ended otherwise. */
function likelyCause({ machine, share }: Situation, why: string): MemoryLimit | null {
  if (!why.endsWith('SIGKILL')) return null;
  return memoryLimit({ ...machine.memory, total: null }, share);
}

/** Everything that is both foretold and observed, line by line. */
export function comparisons(context: Situation, observed: Observed): Comparison[] {
  const { resolution, refusal, ncpus, python, ray, rules } = context;
  const list: Comparison[] = [];
  const compare = (what: string, foretold: unknown, seen: unknown): void => {
    list.push({ what, foretold: String(foretold), observed: String(seen), agrees: String(foretold) === String(seen) });
  };
  if (python.lenskit) compare('LensKit', python.lenskit.version, observed.lenskit);
  if (python.version) compare('Python', python.version, observed.python);
  if (observed.error !== null || refusal !== null) {
    compare('exception', refusal?.type ?? unsharedModel(context) ?? 'none', observed.error?.type ?? 'none');
    return list;
  }
  if (observed.cpus !== null && (isAffinityKnown(context.cpuFacts) || traitsOf(rules).counts === 'machine'))
    compare('CPUs that LensKit counts', ncpus.count, observed.cpus);
  if (resolution === null) return list;
  const pools = poolThreads(context);
  const foretold = Object.entries(resolution.main).map(([name, value]) => [pythonName(name), value] as const);
  if (observed.main) compareProcess('main', foretold, observed.main, 'main');
  if (observed.ray) compareRay(observed.ray);
  // A Ray worker resolves again, from what the main process hands down, and comes to the same.
  if (observed.worker && isConfig2026(resolution.main))
    compareProcess('Ray worker', foretold, observed.worker, 'worker');
  const worker = resolution.workers[0];
  if (isConfig014(resolution.main) && !resolution.main.inProcess)
    compare(
      'worker: exception',
      worker && 'error' in worker ? 'BrokenProcessPool' : 'none',
      observed.workerError?.type ?? 'none',
    );
  if (observed.worker && worker && !('error' in worker)) {
    compareProcess(
      'worker',
      Object.entries(worker).map(([name, value]) => [pythonName(name), value] as const),
      observed.worker,
      'worker',
    );
  }
  return list;

  /** What a batch's task came to; of a cluster that runs already nothing of this is foretold. */
  function compareRay(seen: ObservedRay): void {
    if (ray === null) return;
    compare('Ray: cluster', ray.cluster, seen.cluster);
    if (ray.cluster === 'own' && seen.nodes.length > 0)
      compare(
        'Ray: CPUs',
        ray.cpus,
        seen.nodes.reduce((sum, cpus) => sum + cpus, 0),
      );
    const refused = ray.cpusOfTask === null ? 'ValueError' : 'runs';
    if (ray.cluster === 'own' || ray.cpusOfTask === null)
      compare('Ray: task', ray.tasks === 0 ? 'no node' : refused, seen.error?.type ?? seen.cause ?? 'runs');
    if (seen.assigned !== null) compare('Ray: CPUs of a task', ray.cpusOfTask, seen.assigned);
    if (observed.worker?.setUp !== undefined) {
      const setUp = ray.cluster === 'own' && since(rules, '2026.2.0');
      compare('Ray worker: LensKit set up', setUp, observed.worker.setUp);
    }
  }

  function compareProcess(
    where: string,
    config: (readonly [string, unknown])[],
    seen: ObservedProcess,
    column: 'main' | 'worker',
  ): void {
    for (const [name, value] of config) {
      if (seen.config[name] !== undefined) compare(`${where}: ${name}`, value, seen.config[name]);
    }
    if (seen.importStarted != null && !context.atImport.assumed)
      compare(`${where}: threads at import`, context.atImport[column], seen.importStarted);
    for (const row of pools) {
      const expected = row[column];
      if (expected === null) continue;
      const actual = observedThreads(row, pools, seen);
      if (actual !== null) compare(`${where}: ${row.pool}`, expected, actual);
    }
  }
}

/** What a batch call of 0.14 raises where it can make no file for the model; null: nothing keeps it from that. */
function unsharedModel({ env, machine, resolution }: Situation): string | null {
  const unusable = env.LK_TEMP_DIR === undefined ? null : (machine.lenskitTemp?.unusable ?? null);
  if (unusable === null || resolution === null || !isConfig014(resolution.main) || resolution.main.inProcess)
    return null;
  return TEMP_DIR_EXCEPTIONS[unusable];
}

/** The threads of a foretold pool; null: it was not loaded. */
function observedThreads(
  { pool, file }: Pick<PoolThreads, 'pool' | 'file'>,
  pools: readonly PoolThreads[],
  seen: ObservedProcess,
): number | null {
  // What worked is counted in /proc; what a library says is next best.
  if (pool.startsWith('Numba')) return seen.numba?.atWork ?? seen.numba?.threads ?? null;
  if (pool.startsWith('Rayon')) return seen.atWork?.rayon ?? seen.rayonThreads;
  const owner = multiplies(pool, pools);
  const counted = owner && seen.atWork?.[owner];
  if (counted != null) return counted;
  // What OpenMP starts counts, not what Torch says.
  if (pool === 'Torch intra-op') return seen.torchStarted ?? seen.torchThreads;
  if (pool.startsWith('Arrow CPU')) return seen.arrow?.cpu ?? null;
  if (pool.startsWith('Arrow I/O')) return seen.arrow?.io ?? null;
  if (pool === 'Torch inter-op') return seen.torchInteropThreads;
  const name = file?.split('/').at(-1);
  return seen.pools.find((candidate) => candidate.file.split('/').at(-1) === name)?.threads ?? null;
}

/** Whose products of matrices a pool computes; null: nobody's, or not the first BLAS, which LAPACK may be linked to. */
function multiplies(pool: string, pools: readonly PoolThreads[]): 'numpy' | 'scipy' | null {
  const ownerOf = (name: string) =>
    /^(?:OpenBLAS|MKL|BLIS|FlexiBLAS) \((numpy|scipy|Debian)\)$/.exec(name)?.[1] ?? null;
  const owner = ownerOf(pool);
  const first = pools.find((row) => ownerOf(row.pool) === owner);
  if (owner === null || first?.pool !== pool) return null;
  if (owner !== 'Debian') return owner === 'numpy' ? 'numpy' : 'scipy';
  return pools.some((row) => ownerOf(row.pool) === 'numpy') ? 'scipy' : 'numpy';
}
