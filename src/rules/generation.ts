/** A set of LensKit's rules. `2025.2` covers 2025.1 and 2025.2; `2025.3` up to 2025.8; `2026.1` from 2026.1 on. */
export type Generation = '2025.2' | '2025.3' | '2026.1';

export const GENERATIONS: readonly Generation[] = ['2025.2', '2025.3', '2026.1'];

/** The rules used where no LensKit is found. */
export const ASSUMED_GENERATION: Generation = '2025.3';

/** Which rules apply to a LensKit: its generation, and within it the release (some knobs came later than others). */
export interface Rules {
  generation: Generation;
  /** [year, minor, patch]; null where only a generation was named: its newest rules. */
  release: readonly [number, number, number] | null;
}

/**
 * The rules of a LensKit version (`2025.8.1`, `2026.1.0rc1`) or of a generation by name.
 *
 * Returns `too-old` for releases before 2025.1, whose rules differ and are not known here, and `invalid` for
 * text that is no version. A name of a generation means its newest rules. A pre-release counts as its release.
 */
export function rulesFor(version: string): Rules | 'too-old' | 'invalid' {
  const named = GENERATIONS.find((generation) => generation === version);
  if (named) return { generation: named, release: null };
  const match = /^\s*v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:[.\-+_]?[0-9a-z][0-9a-z.\-+_]*)?\s*$/i.exec(version);
  if (!match) return 'invalid';
  const release = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)] as const;
  const [year, minor] = release;
  if (year < 2025 || (year === 2025 && minor < 1)) return 'too-old';
  if (year === 2025) return { generation: minor <= 2 ? '2025.2' : '2025.3', release };
  return { generation: '2026.1', release };
}

/** True if these rules are those of `version` (such as `2026.2.0`) or of a later release. */
export function since(rules: Rules, version: string): boolean {
  if (rules.release === null) return true;
  const wanted = version.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (rules.release[i] ?? 0) - (wanted[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
