import type { Host } from '../host/host.ts';
import { type Membership, parseMembership } from './membership.ts';
import { type CgroupMount, cgroupMounts, type Mount, parseMountinfo } from './mountinfo.ts';

/** A directory of a cgroup hierarchy. */
export interface Group {
  version: 1 | 2;
  /** The cgroup as the kernel names it. */
  cgroup: string;
  directory: string;
}

/** The process's place in every hierarchy that can be seen. */
export interface Hierarchies {
  version: 1 | 2 | 'hybrid' | null;
  /** The process's own group first, up to the root of the mount; empty where the controller is not to be seen. */
  groups(controller: string): Group[];
  /** Every mount; empty where they cannot be read. */
  mounts: readonly Mount[];
  warnings: string[];
}

const MEMBERSHIP = '/proc/self/cgroup';
const MOUNTINFO = '/proc/self/mountinfo';
const MOUNTINFO_LIMIT = 16 * 1024 * 1024; // a node with thousands of containers has megabytes of mounts

/**
 * Finds the process's cgroups: its paths from `/proc/self/cgroup`, translated through the mounts' roots of
 * `/proc/self/mountinfo`. A path that no mount covers (another namespace's) leaves the mount's root to be read.
 */
export function observeHierarchies(host: Host): Hierarchies {
  const warnings: string[] = [];
  const memberships = readMemberships(host, warnings);
  const all = readMounts(host, warnings);
  const mounts = all && cgroupMounts(all);

  const groups = (controller: string): Group[] =>
    memberships
      .filter((membership) => membership.version === 2 || membership.controllers.includes(controller))
      .flatMap((membership) => {
        const mount = mounts ? mountOf(mounts, membership, controller) : conventional(host, membership, controller);
        return mount ? upward(mount, membership.path) : [];
      });

  return { version: versionOf(memberships, mounts), groups, mounts: all ?? [], warnings };
}

function readMemberships(host: Host, warnings: string[]): Membership[] {
  const file = host.read(MEMBERSHIP);
  if (!file.ok) {
    if (file.reason !== 'missing') warnings.push(file.detail);
    return [];
  }
  const { memberships, malformed } = parseMembership(file.text);
  if (malformed.length > 0)
    warnings.push(`${MEMBERSHIP}: not understood: ${malformed.slice(0, 3).map(cut).join(', ')}`);
  return memberships;
}

/** null: mountinfo cannot be read, so that the conventional places have to do. */
function readMounts(host: Host, warnings: string[]): Mount[] | null {
  const file = host.read(MOUNTINFO, MOUNTINFO_LIMIT);
  if (!file.ok) {
    if (file.reason !== 'missing') warnings.push(file.detail);
    return null;
  }
  const { mounts, malformed } = parseMountinfo(file.text);
  if (malformed.length > 0) warnings.push(`${MOUNTINFO}: not understood: ${malformed.slice(0, 3).map(cut).join(', ')}`);
  return mounts;
}

/** The mount that shows the group's own path most closely; else any of that hierarchy. */
function mountOf(mounts: CgroupMount[], membership: Membership, controller: string): CgroupMount | null {
  const same = mounts.filter(
    (mount) => mount.version === membership.version && (mount.version === 2 || mount.controllers.includes(controller)),
  );
  const covering = same.filter((mount) => below(mount.root, membership.path) !== null);
  const closest = covering.sort((a, b) => b.root.length - a.root.length)[0];
  return closest ?? same[0] ?? null;
}

/** Where the hierarchies lie on every common system. */
function conventional(host: Host, membership: Membership, controller: string): CgroupMount | null {
  const base = '/sys/fs/cgroup';
  const places =
    membership.version === 2
      ? [base, `${base}/unified`]
      : [membership.controllers.join(','), controller].map((name) => `${base}/${name}`);
  const marker = membership.version === 2 ? ['cgroup.procs', 'cgroup.controllers', 'cpu.max'] : [''];
  const point = places.find((place) => marker.some((name) => host.kind(name ? `${place}/${name}` : place) !== null));
  return point ? { version: membership.version, controllers: membership.controllers, root: '/', point } : null;
}

/** The part of `path` below `root`; null where it is not below. `/docker/01` is no parent of `/docker/01-x`. */
function below(root: string, path: string): string | null {
  if (path.split('/').includes('..')) return null;
  if (root === '/') return path;
  if (path === root) return '/';
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null;
}

function upward(mount: CgroupMount, path: string): Group[] {
  const names = (below(mount.root, path) ?? '/').split('/').filter(Boolean);
  const root = mount.root === '/' ? '' : mount.root;
  const groups: Group[] = [];
  for (let depth = names.length; depth >= 0; depth--) {
    const tail = names
      .slice(0, depth)
      .map((name) => `/${name}`)
      .join('');
    groups.push({
      version: mount.version,
      cgroup: `${root}${tail}` || '/',
      directory: `${mount.point === '/' ? '' : mount.point}${tail}` || '/',
    });
  }
  return groups;
}

/** What is both mounted and joined; without a list of mounts, what is joined. */
function versionOf(memberships: Membership[], mounts: CgroupMount[] | null): 1 | 2 | 'hybrid' | null {
  const has = (version: 1 | 2): boolean =>
    memberships.some(
      (membership) =>
        membership.version === version &&
        (mounts === null ||
          mounts.some(
            (mount) =>
              mount.version === version &&
              (version === 2 || mount.controllers.some((name) => membership.controllers.includes(name))),
          )),
    );
  const [one, two] = [has(1), has(2)];
  return one && two ? 'hybrid' : one ? 1 : two ? 2 : null;
}

function cut(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
