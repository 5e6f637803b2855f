import type { Host } from '../host/host.ts';
import type { Role } from './facts.ts';
import { roleOf, type StartedProcess, started } from './roles.ts';
import type { FoundProcess } from './tree.ts';

type Process = Pick<FoundProcess, 'pid' | 'parent' | 'name' | 'began'>;

/** The role of each process of a job, by its number. */
export function rolesOf(main: number, processes: readonly Process[], proc: Host): Map<number, Role> {
  return new KnownRoles(proc).of(main, processes);
}

/**
 * The roles of a job's processes, each found out once: a process is another when its number, the time of its start, its
 * name (which a program that is started in its place changes, and Ray's workers themselves) or its parent is.
 */
export class KnownRoles {
  private known = new Map<string, Role>();
  private readonly proc: Host;

  constructor(proc: Host) {
    this.proc = proc;
  }

  /** By the command lines of now, which a process may have changed since. Those who have gone are forgotten. */
  of(main: number, processes: readonly Process[]): Map<number, Role> {
    const by = new Map(processes.map((process) => [process.pid, process]));
    const read = new Map<number, StartedProcess>();
    const startedOf = (process: Process): StartedProcess => {
      const found = read.get(process.pid) ?? started(process, this.proc);
      read.set(process.pid, found);
      return found;
    };
    const find = (process: Process): Role => {
      const parent = by.get(process.parent);
      return roleOf(startedOf(process), parent && startedOf(parent), this.proc);
    };
    const known = new Map<string, Role>();
    const roles = new Map<number, Role>();
    for (const process of processes) {
      const { pid, began, parent, name } = process;
      const key = `${pid} ${began} ${parent} ${name}`;
      const role = pid === main ? 'main' : (this.known.get(key) ?? find(process));
      known.set(key, role);
      roles.set(pid, role);
    }
    this.known = known;
    return roles;
  }
}
