import { numbaLayerChoices } from '../backends/numba-layer.ts';
import { type BindingAtImport, bindingAtImport, hurts } from '../openmp/at-import.ts';
import { numbaRuntime } from '../openmp/runtime.ts';
import type { NumbaLayer } from '../python/numba-layers.ts';
import type { Surroundings } from './situation.ts';

/**
 * The layer that Numba's threads begin with; null: none can be loaded, so that the first parallel loop raises `ValueError`.
 *
 * @param asked `NUMBA_THREADING_LAYER`
 * @param layers those that can be loaded
 */
export function numbaLayer(asked: string | undefined, layers: readonly NumbaLayer[]): NumbaLayer | null {
  for (const wanted of numbaLayerChoices(asked) ?? []) {
    const found = layers.find(({ layer }) => layer === wanted);
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether Numba's threads are OpenMP's. Where its layers were not looked at they are taken for pip's: OpenMP unless there is TBB. */
export function startsOpenmp({ env, python }: Pick<Surroundings, 'env' | 'python'>): boolean {
  const { numbaLayers } = python;
  if (numbaLayers !== undefined) return numbaLayer(env.NUMBA_THREADING_LAYER, numbaLayers)?.layer === 'omp';
  const hasTbb = python.pools.some(({ family }) => family === 'TBB');
  const [first] = (numbaLayerChoices(env.NUMBA_THREADING_LAYER) ?? []).filter((layer) => layer !== 'tbb' || hasTbb);
  return first === 'omp';
}

/** What Numba's OpenMP threads do to the affinity of the thread that starts them, which is in training (0.14); null: nothing. */
export function bindingInTraining(
  surroundings: Pick<Surroundings, 'env' | 'cpuFacts' | 'cpus' | 'machine' | 'question' | 'python'>,
): (BindingAtImport & { hurts: boolean }) | null {
  const { env, cpuFacts, cpus, machine, question, python } = surroundings;
  const siblings = question.cpus === null || question.allocation !== null ? machine.siblings : undefined;
  const binding = bindingAtImport(env, cpuFacts, siblings, numbaRuntime(python.pools));
  if (binding.kind === 'unbound' || !startsOpenmp(surroundings)) return null;
  return { ...binding, hurts: hurts(binding, { effective: cpus.effective, affinity: cpuFacts.affinity }) };
}
