import { table } from '../python-values/json.ts';
import type { SettingsFile } from '../python-values/settings-file.ts';
import type { ScriptReport } from '../script/judge.ts';
import { hiddenValue, withoutNamedSecrets } from '../situation/hidden-value.ts';

/** A settings file without secrets, and without what bears on nothing here: descriptions, addresses, names of machines. */
export function keptSettings(file: SettingsFile): SettingsFile {
  const own = ['parallel', 'random', 'tuning'];
  const entries = Object.entries(file.content).filter(
    ([key]) => own.includes(key.toLowerCase()) || ['machine', 'machines', 'prometheus'].includes(key.toLowerCase()),
  );
  const content = table(
    entries.map(([key, value]) => {
      const kept = withoutNamedSecrets(value);
      return [key, own.includes(key.toLowerCase()) ? kept : hiddenValue(kept)] as const;
    }),
  );
  const lines = Object.fromEntries(
    Object.entries(file.lines).filter(([key]) => /^(parallel|random|tuning)\./i.test(key)),
  );
  return { ...file, content, lines };
}

/** A script's verdict without any line of it. */
export function withoutSource(report: ScriptReport): ScriptReport {
  const findings = report.findings.map((finding) => ({ ...finding, source: '', fix: null }));
  return { ...report, findings };
}

/** Paths below the home directory begin with `~`, wherever they stand in the text. */
export function withoutHome(text: string, home: string): string {
  const folder = withoutLastSlashes(home);
  if (folder === '' || !text.includes(folder)) return text;
  return text.replaceAll(new RegExp(`(?<![\\w.~/-])${escaped(folder)}(?=/|$|[\\s:,;"')])`, 'g'), '~');
}

function withoutLastSlashes(folder: string): string {
  let end = folder.length;
  while (folder[end - 1] === '/') end--;
  return folder.slice(0, end);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The same for every string of a value made of plain data. */
export function shortened<T>(value: T, home: string): T {
  if (typeof value === 'string') return withoutHome(value, home) as T;
  if (Array.isArray(value)) return value.map((item) => shortened(item, home)) as T;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item, home)])) as T;
  }
  return value;
}
