/** A set of LensKit's rules, by the first release that has them; `0.14` begins with 0.10.1. */
export type Generation = '0.14' | '2025.2' | '2025.3' | '2026.1';

/** [year, minor, patch], or before 2025 [major, minor, patch]. */
export type Release = readonly [number, number, number];

/**
 * The releases of each generation: from the first to the one before `before`; null: there is no later generation.
 * `newest`: up to which the sources were compared with the rules (`scripts/rules/known-sources.json`).
 */
const RELEASES: { readonly [generation in Generation]: { from: Release; newest: Release; before: Release | null } } = {
  '0.14': { from: [0, 10, 1], newest: [0, 14, 4], before: [1, 0, 0] },
  '2025.2': { from: [2025, 1, 0], newest: [2025, 2, 0], before: [2025, 3, 0] },
  '2025.3': { from: [2025, 3, 0], newest: [2025, 8, 1], before: [2026, 1, 0] },
  '2026.1': { from: [2026, 1, 0], newest: [2026, 4, 0], before: null },
};

export const GENERATIONS = Object.keys(RELEASES) as readonly Generation[];

/** The rules used where no LensKit is found. */
export const ASSUMED_GENERATION: Generation = '2025.3';

/** Which rules apply to a LensKit: its generation, and within it the release (some knobs came later than others). */
export interface Rules {
  generation: Generation;
  /** null where only a generation was named: its newest rules. */
  release: Release | null;
}

const VERSION =
  /^\s*v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?((?:[.\-+_]?[a-z]|[.\-+_]\d)(?:[0-9a-z.\-+_]*[0-9a-z])?)?\s*$/i;

const EARLY_ALPHA = /^[._-]?(?:dev|a(?:lpha)?[._-]?[0-2]?(?!\d))/i;

/**
 * The rules of a LensKit version (`2025.8.1`, `2026.1.0rc1`, `0.14.4`) or of a generation by name.
 *
 * Returns `too-old` for releases whose rules are not known here (0.10.0 and older, and what stands between 0.14 and
 * 2025.1), and `invalid` for text that is no version. A name of a generation means its newest rules. A pre-release
 * counts as its release; only the first alphas of 2025.3.0 still had the rules before (`lenskit/parallel/config.py`:
 * 2025.3.0a2.post2 as 2025.2.0, with a Rayon pool; 2025.3.0a3.post1 as 2025.3.1).
 */
export function rulesFor(version: string): Rules | 'too-old' | 'invalid' {
  const named = GENERATIONS.find((generation) => generation === version);
  if (named) return { generation: named, release: null };
  const release = releaseOf(version);
  if (release === null) return 'invalid';
  if (compare(release, [2025, 3, 0]) === 0 && EARLY_ALPHA.test(VERSION.exec(version)?.[4] ?? ''))
    return { generation: '2025.2', release: [2025, 2, 0] };
  const generation = GENERATIONS.find((one) => {
    const { from, before } = RELEASES[one];
    return compare(release, from) >= 0 && (before === null || compare(release, before) < 0);
  });
  return generation === undefined ? 'too-old' : { generation, release };
}

/** The newest release of these rules whose sources were read, where `release` is a newer one; null: it was compared. */
export function assumedFrom({ generation, release }: Rules): string | null {
  const { newest } = RELEASES[generation];
  return release !== null && compare(release, newest) > 0 ? newest.join('.') : null;
}

/** The numbers of a version; null: it is none. */
export function releaseOf(version: string): Release | null {
  const match = VERSION.exec(version);
  return match && [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

/** True if these rules are those of `version` (such as `2026.2.0`) or of a later release. */
export function since(rules: Rules, version: string): boolean {
  const [year = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const wanted: Release = [year, minor, patch];
  if (rules.release !== null) return compare(rules.release, wanted) >= 0;
  const { before } = RELEASES[rules.generation];
  return before === null || compare(wanted, before) < 0;
}

/** Below 0: `a` is the older one. */
export function compare(a: Release, b: Release): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
