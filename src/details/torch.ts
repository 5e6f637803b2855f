import type { Host } from '../host/host.ts';
import { torchBuild } from '../python/packages.ts';
import type { Site } from '../python/site.ts';
import type { TorchDetails } from './details.ts';

/** Torch's build by its `version.py`; null: no Torch. @param vector the processor's instructions, as the kernel names them */
export function observeTorchBuild(host: Host, sites: readonly Site[], vector: readonly string[]): TorchDetails | null {
  const build = torchBuild(host, sites);
  return (
    build && {
      version: build.version,
      cuda: build.text('cuda'),
      hip: build.text('hip'),
      xpu: build.text('xpu'),
      debug: build.debug,
      commit: build.text('git_version'),
      capability: capabilityOf(vector, host.env.ATEN_CPU_CAPABILITY),
    }
  );
}

/**
 * The code that Torch chooses on x86-64 (`compute_cpu_capability` in `aten/src/ATen/native/DispatchStub.cpp`, 2.0 – 2.15):
 * the best that the processor has, or what ATEN_CPU_CAPABILITY says. null: not told for other processors.
 */
function capabilityOf(vector: readonly string[], asked: string | undefined): string | null {
  if (['default', 'avx2', 'avx512'].includes(asked ?? '')) return (asked as string).toUpperCase();
  if (!vector.includes('sse4_2')) return null;
  const has = (...names: string[]): boolean => names.every((name) => vector.includes(name));
  if (has('avx512vl', 'avx512bw', 'avx512dq', 'fma')) return 'AVX512';
  return has('avx2', 'fma') ? 'AVX2' : 'DEFAULT';
}
