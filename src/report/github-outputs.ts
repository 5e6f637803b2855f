import type { Report } from '../documents/doctor-report.ts';
import { visible } from '../escape/visible.ts';

/**
 * What a step hands to the next ones: what LensKit's own doctor writes (`lenskit_version`, `numpy_version`,
 * `pytorch_version`; what is not installed is left out, as there), the effective CPUs, the worst of the checks, and the
 * recommended variables, a line `NAME=value` each.
 */
export function githubOutputs({ lenskit, python, cpus, summary, recommendation }: Report): [string, string][] {
  const pytorch = python.torch?.version ?? python.packages.torch ?? null;
  const named: [string, string | null][] = [
    ['lenskit_version', oneLine(lenskit.version)],
    ['numpy_version', oneLine(python.packages.numpy)],
    ['pytorch_version', oneLine(pytorch)],
    ['effective_cpus', String(cpus.effective)],
    ['status', summary.error + summary.fail > 0 ? 'fail' : summary.warn > 0 ? 'warn' : 'pass'],
    ['recommendation', recommendation && linesOf(recommendation.env)],
  ];
  return named.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
}

/** Versions are what somebody's folder is called. */
function oneLine(version: string | null | undefined): string | null {
  return (version ?? null) === null ? null : visible(version as string);
}

function linesOf(env: { [name: string]: string }): string {
  return Object.entries(env)
    .map(([name, value]) => visible(`${name}=${value}`))
    .join('\n');
}
