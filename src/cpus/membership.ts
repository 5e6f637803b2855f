/** One line of `/proc/self/cgroup` (cgroups(7)): the process's group in one hierarchy. */
export interface Membership {
  version: 1 | 2;
  controllers: string[];
  path: string;
}

/** The groups of the process, and the lines that make no sense. The path may itself hold colons. */
export function parseMembership(text: string): { memberships: Membership[]; malformed: string[] } {
  const memberships: Membership[] = [];
  const malformed: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    const [, id, controllers, path] = match ?? [];
    if (path === undefined || controllers === undefined || (controllers === '' && id !== '0')) {
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
