import path from 'node:path';
import type { BenchResult, ComparedSetting, Comparison } from '../documents/bench-result.ts';
import { differencesOf } from './differences.ts';

type Compared = Pick<BenchResult, 'trials' | 'baseline' | 'best' | 'engine' | 'job' | 'objective' | 'generation'>;

/**
 * The settings that both have measured, side by side, and what stands for the same in both whatever the variables are
 * called: the current environment, LensKit's default, the best. Of two different jobs nothing is compared.
 */
export function compared(file: string, before: BenchResult, now: Compared): Comparison {
  const differs = otherJob(before, now);
  const head = { file, time: before.time, differs, generation: before.generation, lenskit: before.lenskit };
  if (differs.length > 0) return { ...head, roles: [], settings: [], bestBefore: null };
  const key = (env: { [name: string]: string }): string => JSON.stringify(Object.entries(env).sort());
  const known = new Map(
    before.trials.flatMap(({ env, median }) => (typeof median === 'number' ? [[key(env), median] as const] : [])),
  );
  return {
    ...head,
    roles: rolesOf(before, now),
    settings: now.trials.flatMap(({ env, median }) => {
      const old = known.get(key(env));
      return old === undefined || median === null ? [] : [{ env, before: old, now: median, ratio: old / median }];
    }),
    bestBefore: before.best ? { env: before.best.env, median: before.best.median } : null,
  };
}

const ROLES = ['current', 'default', 'best'] as const;

/** What has a time in both. */
function rolesOf(before: BenchResult, now: Compared): Comparison['roles'] {
  return ROLES.flatMap((role) => {
    const [old, own] = [before, now].map((result) => inRole(result, role));
    return old && own ? [{ role, before: old, now: own, ratio: old.median / own.median }] : [];
  });
}

function inRole({ trials, baseline, best }: Compared, role: (typeof ROLES)[number]): ComparedSetting | null {
  const trial = trials.find(({ roles }) => Array.isArray(roles) && (roles as string[]).includes(role));
  const { env, median } = role === 'best' ? (best ?? NONE) : role === 'current' ? baseline : (trial ?? NONE);
  const settings = role === 'best' ? best?.settings : trial?.settings;
  return typeof median === 'number' ? { env, median, settings: settings ?? null } : null;
}

const NONE = { env: {}, median: null };

/** What tells their jobs apart. The same program or data in another folder is the same job: it may be another machine. */
function otherJob(before: Compared, now: Compared): string[] {
  const jobOf = ({ engine, job, objective }: Compared): unknown => withoutFolders({ engine, objective, ...job });
  return differencesOf(jobOf(before), jobOf(now));
}

function withoutFolders(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('/') ? path.basename(value) : value;
  if (Array.isArray(value)) return value.map(withoutFolders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutFolders(item)]));
}
