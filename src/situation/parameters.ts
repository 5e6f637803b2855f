import { plain, pythonInt } from '../python-values/int.ts';
import type { Rules } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import type { Parameters } from '../rules/resolution.ts';
import { flagOf } from './question.ts';
import { UsageError } from './usage-error.ts';

/**
 * The parameters that LensKit of these rules takes, as it would get them. 2026 takes none, and those of `initialize()`
 * are left out there as if they had not been passed.
 *
 * @throws UsageError for those of another generation's call
 */
export function takenParameters(params: Parameters, rules: Rules): Parameters {
  const { parameters } = traitsOf(rules);
  const given = Object.entries(params) as [keyof Parameters, unknown][];
  const foreign = given.filter(([name, value]) => (value ?? null) !== null && !parameters.includes(name));
  for (const [name, value] of foreign) {
    const isCall = name === 'nJobs';
    if (!isCall && parameters.length === 0) continue;
    const instead = isCall ? (parameters.includes('processes') ? '--processes' : null) : '--jobs';
    const what = isCall ? 'n_jobs' : 'initialize()';
    throw new UsageError(
      `${flagOf(name)} ${value}: LensKit of the rules ${rules.generation} has no ${what}${instead === null ? '' : `; write ${instead} N`}`,
    );
  }
  const { nJobs, ...others } = Object.fromEntries(given.filter(([name]) => parameters.includes(name))) as Parameters;
  return nJobs === undefined ? others : { ...others, nJobs: integerOf(nJobs) };
}

/** A script passes a number, not the text of a flag. */
function integerOf(value: Parameters['nJobs']): Parameters['nJobs'] {
  const integer = typeof value === 'string' ? pythonInt(value) : null;
  return integer === null ? value : plain(integer);
}
