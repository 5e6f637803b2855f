import type { CpuSet } from '../cpus/cpu-list.ts';
import { readCpuAffinity } from './cpu-affinity.ts';
import type { Libgomp, Place } from './libgomp.ts';
import { firstOf, type Places, readPlaces } from './places.ts';
import { readProcBind } from './proc-bind.ts';

/** The variables by which libgomp binds. `KMP_AFFINITY` is another runtime's. */
export const LIBGOMP_BINDING = ['OMP_PROC_BIND', 'OMP_PLACES', 'GOMP_CPU_AFFINITY'] as const;

type Env = { readonly [name: string]: string | undefined };

/** What the load of libgomp does to the main thread's affinity. */
export type Binding =
  /** As it was. */
  | { kind: 'unbound' }
  | { kind: 'bound'; cpus: CpuSet; by: string[] }
  /** The load never ends. */
  | { kind: 'hangs'; by: string[] }
  /** It binds to a place that is not known here. */
  | { kind: 'unknown'; by: string[] };

/** A machine, as libgomp sees it, and the CPUs that the kernel would let the process have. */
export interface BindingMachine extends Place {
  /** Of the cpuset, or all: an affinity may be left for these. */
  permitted: CpuSet;
}

/**
 * The affinity of the thread that loads libgomp, once it is loaded (`initialize_env`, `gomp_init_affinity`; the rules
 * hold against Torch's own libgomp with thousands of environments). `OMP_PLACES` goes before `GOMP_CPU_AFFINITY`, a
 * valid one of them binds by itself, `OMP_PROC_BIND=false` forbids it, and every variable is read in any case.
 */
export function bindingAtLoad(env: Env, machine: BindingMachine, runtime: Libgomp): Binding {
  const bind = readProcBind(env.OMP_PROC_BIND, runtime);
  const list = readCpuAffinity(env.GOMP_CPU_AFFINITY, runtime, machine.limit);
  if (list.kind === 'hangs') return { kind: 'hangs', by: ['GOMP_CPU_AFFINITY'] };
  if (bind === false) return { kind: 'unbound' };
  const asked = bind === true ? ['OMP_PROC_BIND'] : [];
  const places = readPlaces(env.OMP_PLACES, runtime, machine);
  if (places.kind !== 'refused') return boundTo(places, [...asked, 'OMP_PLACES']);
  if (list.kind === 'first') {
    // The kernel refuses a CPU that is not there, and everything stays as it was: the next ones are not tried.
    if (!machine.permitted.has(list.cpu)) return { kind: 'unbound' };
    return { kind: 'bound', cpus: new Set([list.cpu]), by: [...asked, 'GOMP_CPU_AFFINITY'] };
  }
  return bind === true ? boundTo(firstOf('threads', machine), asked) : { kind: 'unbound' };
}

function boundTo(places: Places, by: string[]): Binding {
  if (places.kind === 'first') return { kind: 'bound', cpus: places.cpus, by };
  return places.kind === 'unknown' ? { kind: 'unknown', by } : { kind: 'unbound' };
}

/** The variables to unset so that nothing is bound and nothing hangs: those that would do it alone, too. */
export function bindingVariables(env: Env, machine: BindingMachine, runtime: Libgomp): string[] {
  return LIBGOMP_BINDING.filter(
    (name) => env[name] !== undefined && bindingAtLoad({ [name]: env[name] }, machine, runtime).kind !== 'unbound',
  );
}
