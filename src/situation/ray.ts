import { cpusOfTask, type RayCluster, rayTasks } from '../plan/ray-tasks.ts';
import { majorMinor } from '../python/version.ts';
import { traitsOf } from '../rules/generations.ts';
import { isConfig2026, type Resolution } from '../rules/resolution.ts';
import type { RayUse, Situation, Surroundings } from './situation.ts';

/**
 * Why LensKit cannot use the Ray that is installed: it wants 2.42 or newer, below 3 (its `pyproject.toml`), and
 * 2025 takes it on Python 3.12 and newer alone (`ray_supported`). null: it can, or there is no Ray.
 */
export function rayFault({ python, rules }: Pick<Situation, 'python' | 'rules'>): 'version' | 'python' | null {
  const { ray } = python.packages;
  const { ray: least } = traitsOf(rules);
  if (ray === undefined || least === null) return null;
  const [major = 0, minor = 0] = ray.split('.').map(Number);
  if (major !== 2 || minor < 42) return 'version';
  const [pythonMajor, pythonMinor = 0] = majorMinor(python.version) ?? [];
  return pythonMajor === least[0] && pythonMinor < least[1] ? 'python' : null;
}

/** The cluster that a batch run would be spread over; `RAY_ADDRESS=local` starts one whatever runs already. */
export function rayCluster(surroundings: Surroundings): RayCluster & Pick<RayUse, 'foundBy'> {
  const { env, machine, ncpus, question } = surroundings;
  const file = question.cpus === null ? machine.rayCluster : null;
  const foundBy = env.RAY_ADDRESS === 'local' ? null : env.RAY_ADDRESS ? 'RAY_ADDRESS' : file;
  return {
    nodes: foundBy === null ? [BigInt(ncpus.count)] : observedNodes(surroundings),
    existing: foundBy !== null,
    lists: question.users === null ? null : BigInt(question.users),
    foundBy,
  };
}

/** The nodes of a cluster that the probe has joined; null: it was not. */
function observedNodes({ probe }: Surroundings): bigint[] | null {
  const ray = probe?.ok ? probe.observed.ray : null;
  return ray?.cluster === 'existing' && ray.nodes.length > 0
    ? ray.nodes.map((cpus) => BigInt(Math.max(0, Math.floor(cpus))))
    : null;
}

/** null: Ray is not used. */
export function rayUse(resolution: Resolution | null, surroundings: Surroundings): RayUse | null {
  if (resolution === null || !isConfig2026(resolution.main) || !resolution.main.useRay) return null;
  const cluster = rayCluster(surroundings);
  const tasks = rayTasks(resolution.main, cluster);
  const each = cpusOfTask(resolution.main);
  return {
    cluster: cluster.foundBy === null ? 'own' : 'existing',
    foundBy: cluster.foundBy,
    cpus: cluster.foundBy === null ? surroundings.ncpus.count : null,
    largestNode: cluster.nodes && Number(cluster.nodes.reduce((a, b) => (a > b ? a : b), 0n)),
    cpusOfTask: each === null ? null : Number(each),
    tasks: tasks === null ? null : Number(tasks),
  };
}
