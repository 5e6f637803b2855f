import type { Host } from './host.ts';

/** The absolute folders of the PATH. Relative ones are passed over: what lies in the working directory is not trusted. */
export function pathFolders(host: Host): string[] {
  const windows = host.platform === 'win32';
  const folders = (host.env.PATH ?? '').split(windows ? ';' : ':');
  return folders.filter((folder) => windows || folder.startsWith('/')).map((folder) => folder.replace(/\/+$/, ''));
}

/** The first program of one of these names that the PATH has; null: none. */
export function findOnPath(host: Host, names: readonly string[]): string | null {
  for (const name of names) {
    for (const folder of pathFolders(host)) {
      const candidate = `${folder}/${name}${host.platform === 'win32' ? '.exe' : ''}`;
      if (host.kind(candidate) === 'file' && host.isExecutable(candidate)) return candidate;
    }
  }
  return null;
}
