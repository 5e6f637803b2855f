import type { ResourceLimits } from '../machine/resource-limits.ts';

const MEBIBYTE = 1024 ** 2;

/** The address space that each thread's stack reserves, in bytes, by who starts the thread. */
export interface ThreadStacks {
  /** The C library's own size, which OpenBLAS and Python take as well. */
  usual: number;
  /** Of libgomp's threads: Torch's. */
  openmp: number;
  /** Of Rayon's. */
  rayon: number;
}

/** What most systems set (`ulimit -s` of 8192), for where it is not known. */
export const USUAL_STACK = 8 * MEBIBYTE;
/** glibc's where there is no limit (`ARCH_STACK_DEFAULT_SIZE` of x86-64 and AArch64), and Rust's own for its threads. */
const SMALL_STACK = 2 * MEBIBYTE;

/**
 * glibc takes the soft `RLIMIT_STACK` that a process starts with (pthread_create(3)); libgomp `OMP_STACKSIZE` or
 * `GOMP_STACKSIZE` before it; Rust neither, but `RUST_MIN_STACK`.
 */
export function threadStacks(
  limits: Pick<ResourceLimits, 'stack'> | null,
  env: { readonly [name: string]: string },
): ThreadStacks {
  const limit = limits?.stack ?? null;
  const usual = limit === null ? USUAL_STACK : (limit.soft ?? SMALL_STACK);
  return {
    usual,
    openmp: openmpStack(env.OMP_STACKSIZE) ?? openmpStack(env.GOMP_STACKSIZE) ?? usual,
    rayon: /^\d{1,15}$/.test(env.RUST_MIN_STACK ?? '') ? Number(env.RUST_MIN_STACK) : SMALL_STACK,
  };
}

const UNITS: { readonly [unit: string]: number } = { b: 1, k: 1024, '': 1024, m: MEBIBYTE, g: 1024 ** 3 };

/** OpenMP's size, in kilobytes where it has no unit; null: it has no effect. */
function openmpStack(value = ''): number | null {
  const [, digits, unit = ''] = /^(\d{1,12})[ \t]*([bkmg]?)$/i.exec(value.trim()) ?? [];
  return digits === undefined ? null : Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}
