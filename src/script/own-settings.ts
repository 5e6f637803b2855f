import type { Node } from './parse.ts';
import type { Source } from './source.ts';

/** A place where a script decides itself what variables would. */
export interface OwnSetting {
  line: number;
  /** `sets LK_NUM_PROCS`, `calls initialize(…)`. */
  what: string;
}

/** LensKit's knobs and the native libraries'. */
const VARIABLE = /["'](LK_[A-Z_]+|(?:OMP|OPENBLAS|MKL|NUMEXPR|RAYON|NUMBA)_NUM_THREADS)["']/;
const SETS = /^(os\.)?environ\[/;
const SETTING_CALLS = /^(os\.putenv|(os\.)?environ\.(update|__setitem__))$/;
/** Calls that set threads or processes whatever the environment says (`lenskit.parallel`, 2025.8.1; Torch; threadpoolctl). */
const INITIALIZING =
  /^((lenskit\.)?parallel\.|lenskit\.)?initialize$|^(\w+\.)*(set_num_threads|set_num_interop_threads|threadpool_limits)$/;
/** How many processes a batch call uses. */
const JOBS = /^n_jobs$/;
const BATCH = /(^|\.)(batch\.)?(recommend|predict|score|invoker)$|BatchPipelineRunner$/;
const MOST = 5;

/** Where a script sets the variables, or overrides them, by its syntax tree; the first places. */
export function ownSettings({ parsed }: Source): OwnSetting[] {
  const found: OwnSetting[] = [];
  for (const node of parsed.root.descendantsOfType(['assignment', 'call'])) {
    const what = node === null ? null : node.type === 'call' ? calling(node) : assigning(node);
    if (node !== null && what !== null) found.push({ line: node.startPosition.row + 1, what });
    if (found.length === MOST) break;
  }
  return found;
}

/** Of what is longer nothing is looked for: a chain of calls has each call's text in that of the next. */
const MOST_TEXT = 300;

function shortText(node: Node | null): string {
  return node === null || node.endIndex - node.startIndex > MOST_TEXT ? '' : node.text;
}

function assigning(node: Node): string | null {
  const left = shortText(node.childForFieldName('left'));
  const name = SETS.test(left) ? VARIABLE.exec(left)?.[1] : undefined;
  return name === undefined ? null : `sets ${name}`;
}

function calling(node: Node): string | null {
  const name = shortText(node.childForFieldName('function'));
  if (INITIALIZING.test(name)) return `calls ${name}(…)`;
  const values = node.childForFieldName('arguments');
  if (SETTING_CALLS.test(name)) {
    const variable = VARIABLE.exec(values?.text ?? '')?.[1];
    return variable === undefined ? null : `sets ${variable}`;
  }
  const jobs = (values?.namedChildren ?? []).find((one) => JOBS.test(one?.childForFieldName('name')?.text ?? ''));
  return jobs && BATCH.test(name) ? `calls ${name}(…, ${jobs.text.slice(0, 40)})` : null;
}
