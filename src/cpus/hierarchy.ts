import type { Host } from '../host/host.ts';
import { type Membership, parseMembership } from './membership.ts';
import { type CgroupMount, cgroupMounts, isGroupCovered, type Mount, parseMountinfo } from './mountinfo.ts';

/** A directory of a cgroup hierarchy. */
export interface Group {
  version: 1 | 2;
  /** The cgroup as the kernel names it. */
  cgroup: string;
  directory: string;
}

/**
 * How much of a hierarchy can be seen from here: `whole`, up to its root; `parents-hidden`, where a mount or a
 * namespace begins below the root; `none`, where no file of it can be read.
 */
export type CgroupView = 'whole' | 'parents-hidden' | 'none';

/** The process's place in every hierarchy that can be seen. */
export interface Hierarchies {
  version: 1 | 2 | 'hybrid' | null;
  /** The process's own group first, up to the root of the mount; empty where the controller is not to be seen. */
  groups(controller: string): Group[];
  view(controller: string): CgroupView;
  /** Controllers with limits of which a group is named and no mount is there. */
  unmounted: string[];
  /** Every mount; empty where they cannot be read. */
  mounts: readonly Mount[];
  warnings: string[];
}

const MEMBERSHIP = '/proc/self/cgroup';
const MOUNTINFO = '/proc/self/mountinfo';
const MOUNTINFO_LIMIT = 16 * 1024 * 1024; // a node with thousands of containers has megabytes of mounts

/**
 * Finds the process's cgroups: its paths from `/proc/self/cgroup`, translated through the mounts' roots of
 * `/proc/self/mountinfo`. Both are relative to the root of the cgroup namespace (cgroup_namespaces(7)): what lies
 * above or beside it begins with `/..`. A path that no mount covers leaves the mount's root to be read.
 */
export function observeHierarchies(host: Host): Hierarchies {
  const warnings: string[] = [];
  const memberships = readMemberships(host, warnings);
  const all = readMounts(host, warnings);
  const mounts = all && cgroupMounts(all);

  const places = (controller: string): Place[] =>
    joinedFor(memberships, controller).flatMap((membership) => {
      const mount = mountOf(mounts ?? conventional(host, membership, controller), membership, controller);
      return mount ? [placeOf(host, mount, membership.path)] : [];
    });
  const isSeen =
    ({ mount }: Place) =>
    ({ directory }: Group): boolean =>
      !isGroupCovered(all ?? [], mount.point, directory);
  const hidden = mounts !== null && mounts.length > 0 ? unmounted(memberships, mounts) : [];
  for (const { controller, path } of hidden)
    warnings.push(
      `${MEMBERSHIP} names ${JSON.stringify(path)} for ${controller}, and no mount shows it: its limits are not known`,
    );

  return {
    version: versionOf(memberships, mounts),
    groups: (controller) => places(controller).flatMap((place) => upward(place).filter(isSeen(place))),
    view: (controller) => {
      const found = places(controller);
      const view = viewOf(host, found);
      const isCovered = found.some((place) => !upward(place).every(isSeen(place)));
      return isCovered && view === 'whole' ? 'parents-hidden' : view;
    },
    unmounted: hidden.map(({ controller }) => controller),
    mounts: all ?? [],
    warnings,
  };
}

/** A controller is in one hierarchy: where one of version 1 has it, that of version 2 has not (cgroups(7)). */
function joinedFor(memberships: readonly Membership[], controller: string): Membership[] {
  const one = memberships.filter(({ version, controllers }) => version === 1 && controllers.includes(controller));
  return one.length > 0 ? one : memberships.filter(({ version }) => version === 2);
}

/** The hierarchies with limits of which a group is named and no mount is there. */
function unmounted(
  memberships: readonly Membership[],
  mounts: readonly CgroupMount[],
): { controller: string; path: string }[] {
  return ['cpu', 'memory', 'pids'].flatMap((controller) =>
    mounts.some(({ controllers }) => controllers.includes(controller))
      ? []
      : memberships
          .filter(({ controllers, path }) => controllers.includes(controller) && path !== '/')
          .map(({ path }) => ({ controller, path })),
  );
}

/** A process's own group, as the path below a mount's root. */
interface Place {
  mount: CgroupMount;
  /** `/a/b`; null: the own group is not below the mount, or it is not known where. */
  path: string | null;
}

function placeOf(host: Host, mount: CgroupMount, path: string): Place {
  return { mount, path: below(mount.root, path) ?? found(host, mount, path) };
}

const MOST_CANDIDATES = 512;

/** How many levels above the root of the namespace a path begins: `/../../a` has 2. */
function levelsAbove(path: string): number {
  return namesOf(path).filter((name) => name === '..').length;
}

/** The process is outside all that the mount shows: a quota there is not its own. */
function isBeside({ root }: CgroupMount, path: string): boolean {
  return levelsAbove(path) > levelsAbove(root);
}

/**
 * Where a mount begins further above the namespace's root than the process's path, the names in between are not
 * written anywhere: the group is the one whose `cgroup.procs` names this process.
 */
function found(host: Host, { root, point }: CgroupMount, path: string): string | null {
  const [own] = textOf(host, '/proc/self/stat').split(' ');
  if (!own || !root.endsWith('/..')) return null;
  let names = [''];
  for (let level = levelsAbove(root); level > levelsAbove(path); level--) {
    names = names.flatMap((name) =>
      (host.list(`${point}${name}`, MOST_CANDIDATES) ?? [])
        .filter((child) => host.kind(`${point}${name}/${child}`) === 'directory')
        .map((child) => `${name}/${child}`),
    );
    if (names.length > MOST_CANDIDATES) return null;
  }
  const tail = joined(namesOf(path).filter((name) => name !== '..'));
  const group = names.find((name) => textOf(host, `${point}${name}${tail}/cgroup.procs`).split('\n').includes(own));
  return group === undefined ? null : `${group}${tail}`;
}

function textOf(host: Host, file: string): string {
  const read = host.read(file);
  return read.ok ? read.text : '';
}

/** Only the root of a hierarchy has `release_agent` (v1) or lacks `cgroup.type` (v2); kernel: `cgroup-v2.rst`. */
function viewOf(host: Host, places: readonly Place[]): CgroupView {
  const readable = places.filter(({ mount: { point } }) => host.list(point, 1)?.length);
  if (readable.length === 0) return 'none';
  const isWhole = readable.every(({ mount: { version, root, point } }) => {
    if (root !== '/') return false;
    const has = (name: string): boolean => host.kind(`${point}/${name}`) !== null;
    return version === 2 ? !has('cgroup.type') : has('release_agent') || !has('cgroup.procs');
  });
  return isWhole ? 'whole' : 'parents-hidden';
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

/** The mount that shows the group's own path most closely; else any of that hierarchy that the process is not outside of. */
function mountOf(mounts: CgroupMount[], { version, path }: Membership, controller: string): CgroupMount | null {
  const same = mounts.filter(
    (mount) =>
      mount.version === version &&
      (mount.version === 2 || mount.controllers.includes(controller)) &&
      !isBeside(mount, path),
  );
  const covering = same.filter((mount) => below(mount.root, path) !== null);
  const closest = covering.sort((a, b) => b.root.length - a.root.length)[0];
  return closest ?? same[0] ?? null;
}

/** Where the hierarchies lie on every common system. */
function conventional(host: Host, { version, controllers }: Membership, controller: string): CgroupMount[] {
  const base = '/sys/fs/cgroup';
  const places =
    version === 2 ? [base, `${base}/unified`] : [controllers.join(','), controller].map((name) => `${base}/${name}`);
  const markers = version === 2 ? ['/cgroup.procs', '/cgroup.controllers', '/cpu.max'] : [''];
  return places
    .filter((place) => markers.some((name) => host.kind(`${place}${name}`) !== null))
    .map((point) => ({ version, controllers, root: '/', point }));
}

/** The part of `path` below `root`; null where it is not below. `/docker/01` is no parent of `/docker/01-x`. */
function below(root: string, path: string): string | null {
  const above = withoutSlash(root);
  return `${path}/`.startsWith(`${above}/`) ? path.slice(above.length) : null;
}

function upward({ mount, path }: Place): Group[] {
  const names = namesOf(path ?? '');
  const groups: Group[] = [];
  for (let depth = names.length; depth >= 0; depth--) {
    const tail = joined(names.slice(0, depth));
    groups.push({
      version: mount.version,
      cgroup: `${withoutSlash(mount.root)}${tail}` || '/',
      directory: `${withoutSlash(mount.point)}${tail}` || '/',
    });
  }
  return groups;
}

function namesOf(path: string): string[] {
  return path.split('/').filter(Boolean);
}

function joined(names: readonly string[]): string {
  return names.map((name) => `/${name}`).join('');
}

/** `/` alone ends with one. */
function withoutSlash(path: string): string {
  return path === '/' ? '' : path;
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
