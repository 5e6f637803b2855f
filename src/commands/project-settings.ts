import { thisMachine } from '../host/open.ts';
import { say } from '../output/standard-error.ts';
import { isSpokenOf } from '../project/spoken-of.ts';
import type { ProjectPython } from '../python/search.ts';
import type { ObeyedSettings } from './settings/obeyed.ts';

/** The settings nearest upward from the working folder; null: there are none, and nothing that reads them was loaded. @throws SettingsError */
export async function projectSettings(): Promise<ObeyedSettings | null> {
  const host = thisMachine();
  if (!isSpokenOf(host, host.cwd)) return null;
  const { obeyedSettings } = await import('./settings/run.ts');
  return obeyedSettings(host, process.geteuid?.());
}

/** `pyproject.toml, line 3: python`. */
export function placeOf({ file, lines }: Pick<ObeyedSettings, 'file' | 'lines'>, key: string): string {
  return `${file}${lines[key] === undefined ? '' : `, line ${lines[key]}`}: ${key}`;
}

/** The Python that settings name; null: none, or one that they may not name, which is said. */
export function projectPython(settings: ObeyedSettings | null): ProjectPython | null {
  if (settings === null || settings.python === null) return null;
  const { python, folder, untrusted } = settings;
  const where = placeOf(settings, 'python');
  if (untrusted === null) return { path: python, where: `${where} ${python}`, folder };
  say(`lk: ${where} is not obeyed: ${untrusted}`);
  return null;
}
