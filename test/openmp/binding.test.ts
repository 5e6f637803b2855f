import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCpuList, parseCpuList } from '../../src/cpus/cpu-list.ts';
import { type BindingMachine, bindingAtLoad, bindingVariables } from '../../src/openmp/binding.ts';
import { type Case, readCases, sharedFile } from '../shared.ts';
import { environment } from './environments.ts';

interface Pinned extends Case {
  env: { [name: string]: string };
  before: string;
  after: string | null;
  hangs: boolean;
}

/** A machine whose CPUs are cores of their own, on one socket. */
function simple(affinity: string, online: number, siblings?: { core: string; socket: string } | null): BindingMachine {
  const list = (text: string) => parseCpuList(text) ?? new Set<number>();
  const cpus = list(affinity);
  const all = list(`0-${online - 1}`);
  const first = String(Math.min(...cpus));
  const { core, socket } = siblings ?? { core: first, socket: formatCpuList(all) };
  return {
    affinity: cpus,
    siblings: siblings === null ? null : { core: list(core), socket: list(socket) },
    permitted: all,
    limit: Math.ceil(online / 64) * 64,
  };
}

/** The affinity afterwards, in the kernel's format; or what else comes of it. */
function after(env: { [name: string]: string }, machine: BindingMachine, runtime: 'wheel' | 'newer' = 'wheel'): string {
  const binding = bindingAtLoad(env, machine, runtime);
  if (binding.kind === 'bound') return formatCpuList(binding.cpus);
  return binding.kind === 'unbound' ? formatCpuList(machine.affinity) : binding.kind;
}

const file = sharedFile('pinning', 'cases.jsonl');
(file === null ? test.skip : test)('every affinity that was observed is foretold', () => {
  const cases = readCases<Pinned>(file ?? '');
  expect(cases.length).toBeGreaterThan(300);
  const differing = cases.flatMap(({ env, before, after: observed, hangs }) => {
    const foretold = after(env, simple(before, 2));
    const expected = hangs ? 'hangs' : formatCpuList(parseCpuList(observed ?? '') ?? new Set());
    return foretold === expected ? [] : [{ env, before, foretold, expected }];
  });
  expect(differing).toEqual([]);
});

/** Seen with the libgomp of Torch's wheels on a machine with CPUs 0 and 1. */
describe('on two CPUs', () => {
  test.each<[env: { [name: string]: string }, before: string, expected: string]>([
    [{}, '0-1', '0-1'],
    [{ OMP_PROC_BIND: 'true' }, '0-1', '0'],
    [{ OMP_PROC_BIND: 'close,spread' }, '0-1', '0'],
    [{ OMP_PROC_BIND: 'false' }, '0-1', '0-1'],
    [{ OMP_PROC_BIND: 'primary' }, '0-1', '0-1'],
    [{ OMP_PROC_BIND: 'true,true' }, '0-1', '0-1'],
    [{ OMP_PROC_BIND: 'false', OMP_PLACES: 'cores' }, '0-1', '0-1'],
    [{ OMP_PROC_BIND: 'nonsense', OMP_PLACES: '{1}' }, '0-1', '1'],
    [{ OMP_PLACES: '{},{1}' }, '0-1', '0'],
    [{ OMP_PLACES: '{0:2,!0}' }, '0-1', '1'],
    [{ OMP_PLACES: '{0},{1},!{0}' }, '0-1', '1'],
    [{ OMP_PLACES: '!{0},{0},{1}' }, '0-1', '0-1'],
    [{ OMP_PLACES: '{1}:2:-1' }, '0-1', '1'],
    [{ OMP_PLACES: '{1}:3:-1' }, '0-1', '0-1'],
    [{ OMP_PLACES: '{0},{63}' }, '0-1', '0'],
    [{ OMP_PLACES: '{0},{64}' }, '0-1', '0-1'],
    [{ OMP_PLACES: '{1}:63' }, '0-1', '1'],
    [{ OMP_PLACES: '{1}:64' }, '0-1', '0-1'],
    [{ OMP_PLACES: 'cores(0)' }, '0-1', '0-1'],
    [{ OMP_PLACES: 'cores(-1)' }, '0-1', '0'],
    [{ GOMP_CPU_AFFINITY: '' }, '0-1', '0'],
    [{ GOMP_CPU_AFFINITY: '7 1' }, '0-1', '0-1'],
    [{ GOMP_CPU_AFFINITY: '08' }, '0-1', '0'],
    [{ GOMP_CPU_AFFINITY: '0x1' }, '0-1', '1'],
    [{ GOMP_CPU_AFFINITY: '1:2' }, '0-1', 'hangs'],
    [{ GOMP_CPU_AFFINITY: '1;0', OMP_PROC_BIND: 'false' }, '0-1', 'hangs'],
    [{ GOMP_CPU_AFFINITY: '1-x' }, '0-1', '0-1'],
    [{ GOMP_CPU_AFFINITY: '0-1' }, '1', '0'],
    [{ KMP_AFFINITY: 'compact' }, '0-1', '0-1'],
  ])('%j of %s leaves %s', (env, before, expected) => expect(after(env, simple(before, 2))).toBe(expected));
});

test('a core is its hardware threads, a socket its cores, both as far as the affinity goes', () => {
  const machine = simple('1-6', 8, { core: '1,5', socket: '0-7' });
  expect(after({ OMP_PLACES: 'cores' }, machine)).toBe('1,5');
  expect(after({ OMP_PLACES: 'threads' }, machine)).toBe('1');
  expect(after({ OMP_PLACES: 'sockets' }, machine)).toBe('1-6');
  expect(after({ OMP_PROC_BIND: 'true' }, machine)).toBe('1');
});

test('without /sys there are no places to find, but those that are written out', () => {
  const machine = simple('0-3', 4, null);
  expect(after({ OMP_PROC_BIND: 'true' }, machine)).toBe('0-3');
  expect(after({ OMP_PLACES: 'cores' }, machine)).toBe('0-3');
  expect(after({ OMP_PLACES: '{2}' }, machine)).toBe('2');
});

test('a newer libgomp knows more names, and refuses what is no number', () => {
  const machine = simple('0-1', 2);
  expect(after({ OMP_PROC_BIND: 'primary' }, machine, 'newer')).toBe('0');
  expect(after({ GOMP_CPU_AFFINITY: 'x' }, machine, 'newer')).toBe('0-1');
  expect(after({ GOMP_CPU_AFFINITY: '' }, machine, 'newer')).toBe('0-1');
  expect(after({ OMP_PLACES: '{},{1}' }, machine, 'newer')).toBe('0-1');
  expect(after({ OMP_PLACES: '{1}:2:' }, machine, 'newer')).toBe('0-1');
  expect(after({ OMP_PLACES: 'numa_domains' }, machine, 'newer')).toBe('unknown');
});

test('with the variables unset that are named, nothing is bound, and each of them would bind', () => {
  fc.assert(
    fc.property(environment, fc.constantFrom('0-1', '1', '0-3', '2-3'), (env, affinity) => {
      const machine = simple(affinity, 4);
      const names = bindingVariables(env, machine, 'wheel');
      const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
      expect(bindingAtLoad(rest, machine, 'wheel').kind).toBe('unbound');
      for (const name of names) expect(bindingAtLoad({ [name]: env[name] }, machine, 'wheel').kind).not.toBe('unbound');
    }),
    { numRuns: 500 },
  );
});

test('what it is bound to is a set of CPUs that the kernel permits', () => {
  fc.assert(
    fc.property(environment, (env) => {
      const machine = simple('1-2', 4);
      const binding = bindingAtLoad(env, machine, 'wheel');
      if (binding.kind !== 'bound') return;
      expect(binding.cpus.size).toBeGreaterThan(0);
      expect([...binding.cpus].every((cpu) => machine.permitted.has(cpu))).toBe(true);
      if (!binding.by.includes('GOMP_CPU_AFFINITY'))
        expect([...binding.cpus].every((cpu) => machine.affinity.has(cpu))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
