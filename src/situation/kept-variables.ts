import { POOL_VARIABLES } from '../backends/pool-variables.ts';
import { SHARE_MARKERS, SHARE_REWRITTEN, SHARE_VARIABLES } from '../machine/scheduler/share.ts';
import { HIDDEN } from '../privacy/ranges.ts';
import { isTable, pythonJson } from '../python-values/json.ts';
import { hiddenValue } from './hidden-value.ts';

/** Variables of libraries, schedulers and drivers that a check looks at. */
const KEPT: ReadonlySet<string> = new Set([
  ...POOL_VARIABLES.map(({ name }) => name),
  ...SHARE_VARIABLES,
  'PYTHON_CPU_COUNT',
  'CUDA_VISIBLE_DEVICES',
  '_LK_IN_MP',
  'CSR_KERNEL',
]);

/** Of these it matters that they are set. */
const MARKERS: ReadonlySet<string> = new Set([...SHARE_MARKERS, 'RAY_ADDRESS']);

const OWN = /^lk_(num_[a-z_]*|use_ray|tune_jobs|(parallel|random|tuning)(__.*)?)$/i;

/** The variables that the checks use. Those of LensKit whose value is none of theirs keep their name alone. */
export function keptVariables(env: { readonly [name: string]: string | undefined }): { [name: string]: string } {
  const kept: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (KEPT.has(name) || OWN.test(name)) kept[name] = SHARE_REWRITTEN[name]?.(value) ?? value;
    else if (name === 'RAY_ADDRESS' && value === 'local') kept[name] = value;
    else if (MARKERS.has(name)) kept[name] = value === '' ? '' : HIDDEN;
    else if (/^lk_/i.test(name)) kept[name] = hiddenText(value);
  }
  return kept;
}

function hiddenText(value: string): string {
  const json = pythonJson(value);
  return isTable(json)
    ? JSON.stringify(hiddenValue(json), (_, item) => (typeof item === 'bigint' ? Number(item) : item))
    : HIDDEN;
}
