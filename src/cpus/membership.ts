/** One line of `/proc/self/cgroup` (cgroups(7)): the process's group in one hierarchy. */
export interface Membership {
  version: 1 | 2;
  controllers: string[];
  path: string;
}

const PATH_MAX = 4096;
// A kernel has some fifteen controllers, and each named hierarchy has a line of its own.
const MOST_HIERARCHIES = 128;

/** The groups of the process, and the lines that make no sense. The path may itself hold colons. */
export function parseMembership(text: string): { memberships: Membership[]; malformed: string[] } {
  const memberships: Membership[] = [];
  const malformed: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const match = /^(\d+):([^:]*):(\/.*)/s.exec(line);
    const [, id, controllers, path] = match ?? [];
    const isOne = path !== undefined && path.length < PATH_MAX && memberships.length < MOST_HIERARCHIES;
    if (!isOne || controllers === undefined || (controllers === '' && id !== '0')) {
      malformed.push(line);
      continue;
    }
    memberships.push(
      controllers === ''
        ? { version: 2, controllers: [], path }
        : { version: 1, controllers: controllers.split(','), path },
    );
  }
  return { memberships, malformed };
}
