import type { Host } from './host.ts';

/** The absolute folders of the PATH. Relative ones are passed over: what lies in the working directory is not trusted. */
function pathFolders(host: Host): string[] {
  const windows = host.platform === 'win32';
  const folders = (host.env.PATH ?? '').split(windows ? ';' : ':');
  const absolute = folders.filter((folder) => windows || folder.startsWith('/'));
  return [...new Set(absolute.map(withoutLastSlashes))];
}

function withoutLastSlashes(folder: string): string {
  let end = folder.length;
  while (folder[end - 1] === '/') end--;
  return folder.slice(0, end);
}

/** Every program of these names on the PATH, in the order in which a shell would come to them, name by name. */
export function* programsOnPath(host: Host, names: readonly string[]): Generator<string> {
  for (const name of names) {
    for (const folder of pathFolders(host)) {
      const candidate = `${folder}/${name}${host.platform === 'win32' ? '.exe' : ''}`;
      if (host.kind(candidate) === 'file' && host.isExecutable(candidate)) yield candidate;
    }
  }
}

/** The first of them; null: none. */
export function findOnPath(host: Host, names: readonly string[]): string | null {
  return programsOnPath(host, names).next().value ?? null;
}
