import { type BindingAtImport, bindingAtImport, hurts } from '../openmp/at-import.ts';
import { numbaRuntime } from '../openmp/runtime.ts';
import type { Surroundings } from './situation.ts';

/** Layers with which Numba takes OpenMP unless there is TBB (0.58.1, `numba/np/ufunc/parallel.py`, `_launch_threads`). */
const OPENMP_UNLESS_TBB = ['default', 'threadsafe'];

/** Whether Numba's threads are OpenMP's: with pip's Numba they are. */
export function startsOpenmp({ env, python }: Pick<Surroundings, 'env' | 'python'>): boolean {
  const layer = (env.NUMBA_THREADING_LAYER ?? 'default').toLowerCase();
  if (layer === 'omp') return true;
  return OPENMP_UNLESS_TBB.includes(layer) && !python.pools.some(({ family }) => family === 'TBB');
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
