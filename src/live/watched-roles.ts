import type { Host } from '../host/host.ts';
import type { Role } from './facts.ts';
import type { ProcessTimes } from './look.ts';
import { roleOf, started } from './roles.ts';

/**
 * The roles of a job's processes, each found out once: a process is another when its number, the time of its start, its
 * name (which a program that is started in its place changes, and Ray's workers themselves) or its parent is.
 */
export class WatchedRoles {
  private known = new Map<string, Role>();
  private readonly proc: Host;

  constructor(proc: Host) {
    this.proc = proc;
  }

  /** Those who have gone are forgotten. */
  of(main: number, processes: readonly ProcessTimes[]): Map<number, Role> {
    const by = new Map(processes.map((process) => [process.pid, process]));
    const known = new Map<string, Role>();
    const roles = new Map<number, Role>();
    for (const process of processes) {
      const key = `${process.pid} ${process.began} ${process.parent} ${process.name}`;
      const role = process.pid === main ? 'main' : (this.known.get(key) ?? this.find(process, by.get(process.parent)));
      known.set(key, role);
      roles.set(process.pid, role);
    }
    this.known = known;
    return roles;
  }

  private find(process: ProcessTimes, parent: ProcessTimes | undefined): Role {
    const as = (one: ProcessTimes) => started({ ...one, state: '' }, this.proc);
    return roleOf(as(process), parent === undefined ? undefined : as(parent), this.proc);
  }
}
