/** One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)) that mounts a cgroup hierarchy. */
export interface CgroupMount {
  version: 1 | 2;
  /** v1: the controllers, or `name=systemd`, among the mount's other options. */
  controllers: string[];
  /** The cgroup that is visible at the mount point. */
  root: string;
  point: string;
}

/**
 * The cgroup mounts, and the lines that make no sense. Paths are unescaped (`\040` is a space); the optional
 * fields, none or several, end with a lone dash.
 */
export function parseMountinfo(text: string): { mounts: CgroupMount[]; malformed: string[] } {
  const mounts: CgroupMount[] = [];
  const malformed: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const fields = line.split(' ');
    const dash = fields.indexOf('-', 6);
    const [root, point, type] = [fields[3], fields[4], fields[dash + 1]];
    if (dash < 0 || !root?.startsWith('/') || !point?.startsWith('/') || !type) {
      malformed.push(line);
      continue;
    }
    if (type !== 'cgroup' && type !== 'cgroup2') continue;
    const controllers = type === 'cgroup' ? (fields[dash + 3] ?? '').split(',') : [];
    mounts.push({
      version: type === 'cgroup2' ? 2 : 1,
      controllers,
      root: withoutEscapes(root),
      point: withoutEscapes(point),
    });
  }
  return { mounts, malformed };
}

function withoutEscapes(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
