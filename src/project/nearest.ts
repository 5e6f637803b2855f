import path from 'node:path';
import type { Host } from '../host/host.ts';
import { type ProjectSettings, readSettings, SettingsError } from './settings.ts';
import { MOST_SETTINGS, SETTINGS_FILES } from './spoken-of.ts';

/** The settings that apply to files, each folder's read once. */
export class Projects {
  private readonly host: Pick<Host, 'read' | 'kind'>;
  private readonly known = new Map<string, ProjectSettings | null>();

  constructor(host: Pick<Host, 'read' | 'kind'>) {
    this.host = host;
  }

  /**
   * What is written nearest, from a folder upward; one alone, as ruff does, since two would have to be merged. null: nothing
   * is written.
   *
   * @throws SettingsError
   */
  nearest(folder: string): ProjectSettings | null {
    const waiting: string[] = [];
    let found: ProjectSettings | null = null;
    for (let at = folder; ; at = path.dirname(at)) {
      const known = this.known.get(at);
      if (known !== undefined) {
        found = known;
        break;
      }
      waiting.push(at);
      found = this.own(at);
      if (found !== null || path.dirname(at) === at) break;
    }
    for (const at of waiting) this.known.set(at, found);
    return found;
  }

  private own(folder: string): ProjectSettings | null {
    for (const name of SETTINGS_FILES) {
      const file = path.join(folder, name);
      const read = this.host.read(file, MOST_SETTINGS);
      if (read.ok && !read.utf8) throw new SettingsError(`${file}: not UTF-8`);
      if (read.ok) {
        const settings = readSettings(read.text, file);
        if (settings !== null) return settings;
      } else if (this.host.kind(file) === 'file') throw new SettingsError(read.detail);
    }
    return null;
  }
}
