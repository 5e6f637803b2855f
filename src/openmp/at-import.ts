import { formatCpuList, parseCpuList } from '../cpus/cpu-list.ts';
import type { CpuFacts } from '../cpus/observe.ts';
import { type Binding, type BindingMachine, bindingAtLoad, bindingVariables, LIBGOMP_BINDING } from './binding.ts';
import type { Siblings } from './libgomp.ts';
import type { Runtime } from './runtime.ts';

/** What importing Torch does to the affinity, before LensKit counts CPUs. Plain data. */
export interface BindingAtImport {
  kind: Binding['kind'];
  /** The affinity afterwards, in the kernel's list format; null: there is none to be told. */
  affinity: string | null;
  /** The number of its CPUs. */
  cpus: number | null;
  /** The variables that decide. */
  by: string[];
  /** The variables to unset so that nothing is bound. */
  unset: string[];
  /** `libgomp`, `libomp`, `libiomp5`. */
  runtime: Runtime['family'];
}

type Env = { readonly [name: string]: string | undefined };

/** Variables by which LLVM's and Intel's runtime bind; `KMP_AFFINITY` goes before the others. */
const LLVM_BINDING = ['KMP_AFFINITY', 'OMP_PROC_BIND', 'OMP_PLACES', 'GOMP_CPU_AFFINITY'];

/**
 * The affinity of the main thread once Torch is imported. Pure.
 *
 * @param siblings of the first CPU of the affinity, as they were read; null: there is no `/sys`; undefined: not
 * known, so that every CPU counts as a core of one socket
 */
export function bindingAtImport(
  given: Env,
  facts: CpuFacts,
  siblings: { core: string; socket: string } | null | undefined,
  runtime: Runtime,
): BindingAtImport {
  const { family } = runtime;
  const env = possible(given);
  const affinity = facts.affinity === null ? null : parseCpuList(facts.affinity);
  const unbound: BindingAtImport = {
    kind: 'unbound',
    affinity: facts.affinity,
    cpus: affinity?.size ?? null,
    by: [],
    unset: [],
    runtime: family,
  };
  // Without an affinity (macOS, Windows) there is nothing to bind to.
  if (affinity === null || affinity.size === 0) return unbound;
  if (runtime.family !== 'libgomp') return ofLlvm(env, unbound);
  if (LIBGOMP_BINDING.every((name) => env[name] === undefined)) return unbound;
  const machine = machineOf(affinity, facts, siblings);
  const binding = bindingAtLoad(env, machine, runtime.libgomp);
  if (binding.kind === 'unbound') return unbound;
  const unset = bindingVariables(env, machine, runtime.libgomp);
  const { kind, by } = binding;
  if (binding.kind !== 'bound') return { ...unbound, kind, affinity: null, cpus: null, by, unset };
  return { ...unbound, kind, affinity: formatCpuList(binding.cpus), cpus: binding.cpus.size, by, unset };
}

/** What a process can have been given: Linux takes no variable of more than 128 KiB, and what follows reads each of them. */
function possible(env: Env): Env {
  return Object.fromEntries(
    [...LIBGOMP_BINDING, 'KMP_AFFINITY'].flatMap((name) =>
      (env[name]?.length ?? 0) > MOST_CHARACTERS ? [] : [[name, env[name]]],
    ),
  );
}

const MOST_CHARACTERS = 128 * 1024;

/** True where the binding takes CPUs away that could be used, or leaves the affinity for others' CPUs, or ends all. */
export function hurts(binding: BindingAtImport, cpus: { effective: number; affinity: string | null }): boolean {
  if (binding.kind === 'hangs') return true;
  if (binding.kind !== 'bound' || binding.cpus === null) return false;
  const affinity = parseCpuList(cpus.affinity ?? '') ?? new Set();
  const left = [...(parseCpuList(binding.affinity ?? '') ?? [])].some((cpu) => !affinity.has(cpu));
  return left || binding.cpus < cpus.effective;
}

/**
 * LLVM's and Intel's runtime bind at the first parallel region or question, not when they are loaded: whether that
 * is before LensKit counts depends on the build of Torch, and is not known here.
 */
function ofLlvm(env: Env, unbound: BindingAtImport): BindingAtImport {
  const by = LLVM_BINDING.filter((name) => asksLlvm(name, env[name]));
  if (by.length === 0 || asksNothing(env)) return unbound;
  return { ...unbound, kind: 'unknown', affinity: null, cpus: null, by, unset: by };
}

function asksLlvm(name: string, value: string | undefined): boolean {
  if (value === undefined || value.trim() === '') return false;
  if (name === 'KMP_AFFINITY') return !/(^|,)\s*(none|disabled)\s*(,|$)/i.test(value);
  return name !== 'OMP_PROC_BIND' || !/^\s*false\s*$/i.test(value);
}

/** `KMP_AFFINITY=none` or `disabled`, and `OMP_PROC_BIND=false`, forbid it. */
function asksNothing({ KMP_AFFINITY: kmp, OMP_PROC_BIND: bind }: Env): boolean {
  if (kmp !== undefined && kmp.trim() !== '') return !asksLlvm('KMP_AFFINITY', kmp);
  return bind !== undefined && !asksLlvm('OMP_PROC_BIND', bind) && bind.trim() !== '';
}

function machineOf(
  affinity: Set<number>,
  facts: CpuFacts,
  siblings: { core: string; socket: string } | null | undefined,
): BindingMachine {
  const cpuset = facts.cpuset === null ? null : parseCpuList(facts.cpuset.cpus);
  const online = Math.max(facts.online ?? 0, Math.max(...affinity, ...(cpuset ?? [])) + 1);
  const first = Math.min(...affinity);
  const all = new Set(Array.from({ length: online }, (_, cpu) => cpu));
  return {
    affinity,
    siblings: siblings ? parsed(siblings) : siblings === null ? null : { core: new Set([first]), socket: affinity },
    permitted: cpuset !== null && cpuset.size > 0 ? cpuset : all,
    // libgomp's CPU sets are whole words of 64 bits.
    limit: Math.ceil(online / 64) * 64,
  };
}

function parsed({ core, socket }: { core: string; socket: string }): Siblings | null {
  const [cores, sockets] = [parseCpuList(core), parseCpuList(socket)];
  return cores && sockets && { core: cores, socket: sockets };
}
