import type { Host } from '../src/host/host.ts';

/** A Linux machine whose files are in memory, for properties over thousands of them. Text `DENIED`: it may not be read. */
export function memoryHost(files: { [path: string]: string }, env: Host['env'] = {}): Host {
  const paths = Object.keys(files);
  const kind = (path: string): ReturnType<Host['kind']> =>
    path in files ? 'file' : paths.some((file) => file.startsWith(`${path}/`)) ? 'directory' : null;
  return {
    platform: 'linux',
    env,
    cwd: '/',
    home: '',
    live: false,
    started: null,
    read(path, limit = 1024 * 1024) {
      const text = files[path];
      if (text === undefined) return { ok: false, reason: 'missing', detail: `${path}: not there` };
      if (text === DENIED) return { ok: false, reason: 'denied', detail: `${path}: permission denied` };
      if (text.length > limit) return { ok: false, reason: 'too large', detail: `${path}: too large` };
      return { ok: true, text, utf8: true };
    },
    parts(path, use) {
      const text = files[path];
      if (text === undefined || text === DENIED) return null;
      return use((from, length) => Buffer.from(text).subarray(from, from + length));
    },
    list(path, limit = 4096) {
      if (kind(path) !== 'directory') return null;
      const names = paths
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1).split('/')[0] ?? '');
      return [...new Set(names)].sort().slice(0, limit);
    },
    kind,
    link: (path) => (files[path]?.startsWith(LINK) ? (files[path]?.slice(LINK.length) ?? null) : null),
    realpath: (path) => (kind(path) === null ? null : path),
    space: () => null,
    isExecutable: () => false,
    isWritableFolder: () => null,
    ownership: () => null,
  };
}

/** What the text of a symbolic link begins with, before where it leads. */
export const LINK = '\0link ';

/** The text of a file that may not be read. */
export const DENIED = '\0denied';
