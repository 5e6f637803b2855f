import { majorMinor } from '../python/version.ts';
import type { Situation } from './situation.ts';

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
