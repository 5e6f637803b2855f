import type { Host } from '../host/host.ts';
import { upward } from '../python/pyenv.ts';
import { notUtf8, readSettings, type SettingsFile } from '../python-values/settings-file.ts';

const LIMIT = 1024 * 1024;

/**
 * The settings files that LensKit's command line would read (`locate_configuration_root`, 2026.4.0):
 * `LK_PROJECT_ROOT`, else the nearest folder upward with a `lenskit.toml`, not above one with a
 * `pyproject.toml` or `.git`; else the working directory. Python scripts read them only through `configure()`.
 */
export function observeSettings(host: Host): SettingsFile[] {
  const folder = root(host).replace(/\/$/, '');
  return ['lenskit.local.toml', 'lenskit.toml'].flatMap((name) => {
    const path = `${folder}/${name}`;
    // pydantic-settings passes over whatever is no file
    if (host.kind(path) !== 'file') return [];
    const read = host.read(path, LIMIT);
    if (!read.ok) return [unreadable(name, path, read.detail)];
    return [read.utf8 ? readSettings(read.text, name, path) : notUtf8(name, path)];
  });
}

function root(host: Host): string {
  const named = host.env.LK_PROJECT_ROOT;
  if (named) return named.startsWith('/') ? named : `${host.cwd}/${named}`;
  for (const folder of upward(host.cwd)) {
    const at = folder === '/' ? '' : folder;
    if (host.kind(`${at}/lenskit.toml`) !== null) return folder;
    if (host.kind(`${at}/pyproject.toml`) !== null || host.kind(`${at}/.git`) !== null) break;
  }
  return host.cwd;
}

function unreadable(name: string, path: string, detail: string): SettingsFile {
  const file = readSettings('', name, path);
  return { ...file, error: { type: 'TOMLDecodeError', message: detail.replace(`${path}: `, ''), line: 1, column: 1 } };
}
