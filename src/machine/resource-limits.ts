import { hasCapability } from '../cpus/process-limits.ts';
import type { Host } from '../host/host.ts';
import { lineAfter, numberAfter } from '../host/lines.ts';

/** A resource limit of getrlimit(2): what holds, and up to where its user may raise it. null: no limit. */
export interface ResourceLimit {
  soft: number | null;
  hard: number | null;
}

/** Limits of each process apart from those of threads. null: not known. */
export interface ResourceLimits {
  openFiles: ResourceLimit | null;
  /** `RLIMIT_AS` (`ulimit -v`; SGE's h_vmem, LSF's -M), in bytes. */
  addressSpace: ResourceLimit | null;
  /** `RLIMIT_STACK` (`ulimit -s`), in bytes. Absent in snapshots of before. */
  stack?: ResourceLimit | null;
  /** True for CAP_SYS_RESOURCE: hard limits, too, may be raised. */
  mayRaise: boolean;
}

const CAP_SYS_RESOURCE = 24n;

/** Reads `/proc/self/limits`; null: there is none. */
export function observeResourceLimits(host: Host): ResourceLimits | null {
  const limits = host.read('/proc/self/limits');
  if (!limits.ok) return null;
  const status = host.read('/proc/self/status');
  return {
    openFiles: openFileLimit(host),
    addressSpace: limitIn(limits.text, 'Max address space'),
    stack: limitIn(limits.text, 'Max stack size'),
    mayRaise: status.ok && hasCapability(status.text, [CAP_SYS_RESOURCE]),
  };
}

/**
 * `RLIMIT_NOFILE` as the shell has it: Node raises its own soft limit to the hard one when it starts (`PlatformInit` in
 * `src/node.cc`), so that the parent's counts where its hard limit is the same. null: not known.
 */
export function openFileLimit(host: Host): ResourceLimit | null {
  const own = openFilesOf(host, 'self');
  if (host.process !== undefined) return own;
  const status = host.read('/proc/self/status');
  const parent = status.ok ? numberAfter(status.text, 'PPid:') : null;
  if (own === null || own.soft !== own.hard || !parent) return own;
  const above = openFilesOf(host, String(parent));
  return above?.hard === own.hard ? above : own;
}

function openFilesOf(host: Host, process: string): ResourceLimit | null {
  const limits = host.read(`/proc/${process}/limits`);
  return limits.ok ? limitIn(limits.text, 'Max open files') : null;
}

function limitIn(text: string, name: string): ResourceLimit | null {
  const found = /^\s+(\d{1,20}|unlimited)\s+(\d{1,20}|unlimited)\s/.exec(lineAfter(text, name) ?? '');
  return found && { soft: bound(found[1]), hard: bound(found[2]) };
}

function bound(value: string | undefined): number | null {
  return value === 'unlimited' ? null : Number(value);
}

/** True where its user can raise a limit to so much. */
export function canRaise(limit: ResourceLimit, wanted: number | null, mayRaise: boolean): boolean {
  return mayRaise || limit.hard === null || (wanted !== null && wanted <= limit.hard);
}
