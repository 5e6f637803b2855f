import { diagnose } from '../../doctor/diagnose.ts';
import type { Report } from '../../documents/doctor-report.ts';
import { FileError } from '../../files/errors.ts';
import type { Changes } from '../../report/environment/lines.ts';
import { traitsOf } from '../../rules/generations.ts';
import { whyAside } from '../doctor/applied.ts';
import type { LookFlags } from '../doctor/flags.ts';
import { askedBy, look } from '../doctor/look.ts';
import { projectPython, projectSettings } from '../project-settings.ts';
import { readResult } from '../saved-result.ts';

/** What has to change in an environment, and what no variable can change. */
export interface Advised {
  changes: Changes;
  /** Why nothing has to, in our own words alone: it is a comment in what a shell evaluates. */
  why: string;
  /** What else there is to say to people; null: nothing. */
  detail: string | null;
  /** LensKit reads lenskit.toml; null: not known. */
  readsSettings: boolean | null;
  parameters: NonNullable<Report['recommendation']>['parameters'];
}

type Env = { readonly [name: string]: string | undefined };

/**
 * What to change so that the recommendation holds. With `bench` it is the winner of that benchmark; else lk doctor's.
 * @throws FlagError, FileError
 */
export async function advised(
  { bench, ...flags }: LookFlags,
  { version, root }: { version: string; root: string },
): Promise<Advised> {
  if (bench !== undefined) return winner(bench, process.env);
  const project = whyAside(flags) === null ? projectPython(await projectSettings()) : null;
  const { facts, question, hide } = await look(flags, await askedBy(flags), root, project);
  const { recommendation, lenskit } = hide(diagnose(facts, question, { version, time: new Date() }));
  if (recommendation === null)
    return { ...NOTHING, why: 'nothing is recommended: the rules of this LensKit are not known', detail: lenskit.why };
  // A snapshot's environment is that of the machine it comes from.
  const before = flags.from === undefined && flags.sysroot === undefined ? process.env : facts.env;
  return {
    changes: changesOf(recommendation, before),
    why: 'nothing to change: what is recommended is set already',
    detail: null,
    readsSettings: lenskit.generation === null ? null : traitsOf({ generation: lenskit.generation }).settingsFiles,
    parameters: recommendation.parameters,
  };
}

const NOTHING: Advised = {
  changes: { set: {}, unset: [] },
  why: '',
  detail: null,
  readsSettings: null,
  parameters: {},
};

/** Whoever wrote the file: nothing but numbers and truth values for LensKit and its libraries comes out of it. */
function winner(file: string, before: Env): Advised {
  const label = `--bench ${file}`;
  const { best } = readResult(file, label);
  const why = 'nothing to change: the benchmark has shown no setting to be faster than the one of its day';
  if (!best?.changed) return { ...NOTHING, why };
  const strange = Object.entries(best.env ?? {}).find(
    ([name, value]) => !MEASURED.test(name) || !/^[\w.,-]{1,64}$/.test(String(value)),
  );
  if (strange !== undefined)
    throw new FileError(
      `${label}: its winner sets ${strange[0]}, which no benchmark does; write another with --save FILE`,
    );
  return {
    ...NOTHING,
    changes: changesOf({ env: best.env, unset: [] }, before),
    why: 'nothing to change: what the benchmark chose is set already',
  };
}

/** What `lk bench batch` sets: LensKit's variables and those of the native libraries. */
const MEASURED = /^(LK_[A-Z_]{1,60}|(OMP|OPENBLAS|MKL|NUMBA|BLIS|GOTO|RAYON)_NUM_THREADS|NUMBA_THREADING_LAYER)$/;

function changesOf({ env, unset }: { env: { [name: string]: string }; unset: string[] }, before: Env): Changes {
  const set = Object.entries(env).filter(([name, value]) => before[name] !== value);
  return { set: Object.fromEntries(set), unset: unset.filter((name) => before[name] !== undefined) };
}

/** What is left to do in a script. */
export function parameterWords(parameters: Advised['parameters']): string[] {
  return Object.entries(parameters).map(
    ([name, value]) =>
      `no variable changes ${name}, a parameter in your script: write ${name}=${JSON.stringify(value)} there`,
  );
}
