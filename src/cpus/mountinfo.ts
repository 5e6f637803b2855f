/** One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export interface Mount {
  /** What of its file system is visible at the mount point. */
  root: string;
  point: string;
  type: string;
  superOptions: string;
}

/** A mount of a cgroup hierarchy. */
export interface CgroupMount {
  version: 1 | 2;
  /** v1: the controllers, or `name=systemd`, among the mount's other options. */
  controllers: string[];
  /** The cgroup that is visible at the mount point. */
  root: string;
  point: string;
}

/**
 * The mounts in the kernel's order, and the lines that make no sense. Paths are unescaped (`\040` is a space); the
 * optional fields, none or several, end with a lone dash.
 */
export function parseMountinfo(text: string): { mounts: Mount[]; malformed: string[] } {
  const mounts: Mount[] = [];
  const malformed: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const fields = line.split(' ');
    const dash = fields.indexOf('-', 6);
    const [root, point, type] = [fields[3], fields[4], fields[dash + 1]];
    if (dash === -1 || !root?.startsWith('/') || !point?.startsWith('/') || !type) {
      malformed.push(line);
      continue;
    }
    mounts.push({
      root: withoutEscapes(root),
      point: withoutEscapes(point),
      type,
      superOptions: fields[dash + 3] ?? '',
    });
  }
  return { mounts, malformed };
}

/** Those of cgroup hierarchies that no later mount hides: with another at the same place the last one counts. */
export function cgroupMounts(mounts: readonly Mount[]): CgroupMount[] {
  return mounts.flatMap((mount): CgroupMount[] => {
    const { type, root, point, superOptions } = mount;
    if ((type !== 'cgroup' && type !== 'cgroup2') || mountOver(mounts, point) !== mount) return [];
    return type === 'cgroup2'
      ? [{ version: 2, controllers: [], root, point }]
      : [{ version: 1, controllers: superOptions.split(','), root, point }];
  });
}

/** The mount that a path lies on: of those on it or above it the last, which hides the others. null: none is listed. */
export function mountOver(mounts: readonly Mount[], path: string): Mount | null {
  const over = ({ point }: Mount): boolean => point === path || point === '/' || path.startsWith(`${point}/`);
  return mounts.findLast(over) ?? null;
}

/** What stands in the place of the kernel's own file of sysfs; null: nothing, also where the whole tree is one file system. */
export function coverOf(mounts: readonly Mount[], file: string): Mount | null {
  const mount = mountOver(mounts, file);
  if (mount === null || mount.point === '/') return null;
  const { type, root, point } = mount;
  // It may be bound there piece by piece.
  const path = `${root === '/' ? '' : root}${file.slice(point.length)}`;
  return type === 'sysfs' && `/sys${path}` === file ? null : mount;
}

/**
 * True where something else than a hierarchy of cgroups is mounted on a group's directory, above it within the
 * hierarchy's mount, or on a file in it: what can be read there is not the kernel's.
 */
export function isGroupCovered(mounts: readonly Mount[], hierarchy: string, directory: string): boolean {
  return mounts.some(({ type, point }) => {
    if (type === 'cgroup' || type === 'cgroup2' || !point.startsWith(`${hierarchy}/`)) return false;
    if (`${directory}/`.startsWith(`${point}/`)) return true;
    const at = point.lastIndexOf('/');
    return point.slice(0, at) === directory && /^(?:cpu|cpuset|memory|pids)\./.test(point.slice(at + 1));
  });
}

function withoutEscapes(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
