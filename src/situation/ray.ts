import { cpusOfTask, type RayCluster, rayTasks } from '../config/plan.ts';
import { isConfig2026, type Resolution } from '../config/resolution.ts';
import { majorMinor } from '../python/version.ts';
import type { RayUse, Situation, Surroundings } from './situation.ts';

/**
 * Why LensKit cannot use the Ray that is installed: it wants 2.42 or newer, below 3 (its `pyproject.toml`), and
 * 2025 takes it on Python 3.12 and newer alone (`ray_supported`). null: it can, or there is no Ray.
 */
export function rayFault({ python, rules }: Pick<Situation, 'python' | 'rules'>): 'version' | 'python' | null {
  const { ray } = python.packages;
  if (ray === undefined) return null;
  const [major = 0, minor = 0] = ray.split('.').map(Number);
  if (major !== 2 || minor < 42) return 'version';
  const [pythonMajor, pythonMinor = 0] = majorMinor(python.version) ?? [];
  return rules.generation !== '2026.1' && pythonMajor === 3 && pythonMinor < 12 ? 'python' : null;
}

/** The cluster that a batch run would be spread over. */
export function rayCluster({ env, machine, ncpus, question }: Surroundings): RayCluster & Pick<RayUse, 'foundBy'> {
  const foundBy = env.RAY_ADDRESS ? 'RAY_ADDRESS' : question.cpus === null ? machine.rayCluster : null;
  return {
    nodes: foundBy === null ? [BigInt(ncpus.count)] : null,
    lists: question.users === null ? null : BigInt(question.users),
    foundBy,
  };
}

/** null: Ray is not used. */
export function rayUse(resolution: Resolution | null, surroundings: Surroundings): RayUse | null {
  if (resolution === null || !isConfig2026(resolution.main) || !resolution.main.useRay) return null;
  const cluster = rayCluster(surroundings);
  const tasks = rayTasks(resolution.main, cluster);
  const each = cpusOfTask(resolution.main);
  return {
    cluster: cluster.nodes === null ? 'existing' : 'own',
    foundBy: cluster.foundBy,
    cpus: cluster.nodes === null ? null : surroundings.ncpus.count,
    cpusOfTask: each === null ? null : Number(each),
    tasks: tasks === null ? null : Number(tasks),
  };
}
