import { POOL_VARIABLES } from '../config/pool-variables.ts';
import { isTable, type PythonValue, pythonJson, type Table, table } from '../config/python-json.ts';
import type { SettingsFile } from '../config/toml.ts';
import { SCHEDULER_MARKERS, SCHEDULER_VARIABLES } from '../machine/scheduler.ts';
import type { ScriptReport } from '../script/judge.ts';

/** Stands where a text was: a text as well, so that LensKit's validation answers the same. */
const HIDDEN = '…';

/** Variables of libraries, schedulers and drivers that a check looks at. */
const KEPT: ReadonlySet<string> = new Set([
  ...POOL_VARIABLES.map(({ name }) => name),
  ...SCHEDULER_VARIABLES,
  'PYTHON_CPU_COUNT',
  'CUDA_VISIBLE_DEVICES',
]);

/** Of these it matters that they are set. */
const MARKERS: ReadonlySet<string> = new Set([...SCHEDULER_MARKERS, 'RAY_ADDRESS']);

const OWN = /^lk_(num_[a-z_]*|use_ray|tune_jobs|parallel|parallel__.*|random|random__.*|tuning|tuning__.*)$/i;

/** The variables that the checks use. Those of LensKit whose value is none of theirs keep their name alone. */
export function keptVariables(env: { readonly [name: string]: string | undefined }): { [name: string]: string } {
  const kept: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (KEPT.has(name) || OWN.test(name)) kept[name] = value;
    else if (MARKERS.has(name)) kept[name] = value === '' ? '' : HIDDEN;
    else if (/^lk_/i.test(name)) kept[name] = hiddenText(value);
  }
  return kept;
}

/** A settings file without what bears on nothing here: descriptions, addresses, names of machines. */
export function keptSettings(file: SettingsFile): SettingsFile {
  const own = ['parallel', 'random', 'tuning'];
  const entries = Object.entries(file.content).filter(
    ([key]) => own.includes(key.toLowerCase()) || ['machine', 'machines', 'prometheus'].includes(key.toLowerCase()),
  );
  const content = table(
    entries.map(([key, value]) => [key, own.includes(key.toLowerCase()) ? value : hidden(value)] as const),
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

function hiddenText(value: string): string {
  const json = pythonJson(value);
  return isTable(json)
    ? JSON.stringify(hidden(json), (_, item) => (typeof item === 'bigint' ? Number(item) : item))
    : HIDDEN;
}

function hidden(value: PythonValue): PythonValue {
  if (typeof value === 'string') return HIDDEN;
  if (Array.isArray(value)) return value.map(hidden);
  if (isTable(value)) return hiddenTable(value);
  return value;
}

function hiddenTable(value: Table): Table {
  return table(Object.entries(value).map(([key, item]) => [key, hidden(item)] as const));
}

/** Paths below the home directory begin with `~`, wherever they stand in the text. */
export function withoutHome(text: string, home: string): string {
  const folder = home.replace(/\/+$/, '');
  if (folder === '' || !text.includes(folder)) return text;
  return text.replaceAll(new RegExp(`(?<![\\w.~/-])${escaped(folder)}(?=/|$|[\\s:,;"')])`, 'g'), '~');
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
