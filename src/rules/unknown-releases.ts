import { compare, type Release, releaseOf } from './generation.ts';

/** Releases whose rules are not known here, the oldest first. */
interface UnknownReleases {
  before: Release;
  /** What is different there, as far as it was read in their sources. */
  differs: string;
  /** The release whose rules come nearest. */
  nearest: string;
}

/** LensKit 0.3.0 to 0.10.0 as released: `lenskit/util/parallel.py` (0.10.0), `lenskit/batch/_recommend.py` (0.9.0 and older). */
const UNKNOWN: readonly UnknownReleases[] = [
  {
    before: [0, 3, 0],
    differs: 'what makes its processes was not looked at',
    nearest: '0.10.1',
  },
  {
    before: [0, 9, 0],
    differs: 'it reads no variable: only the argument of a batch call (nprocs, later n_jobs) makes processes',
    nearest: '0.10.1',
  },
  {
    before: [0, 10, 0],
    differs:
      'LK_NUM_PROCS is one whole number there, which joblib gets, and without it a batch call makes one list after the other',
    nearest: '0.10.1',
  },
  {
    before: [0, 10, 1],
    differs:
      'it is as 0.10.1, but a worker sets Numba whatever NUMBA_NUM_THREADS says, item-kNN stays parallel in it, and a model without arrays cannot be handed to workers',
    nearest: '0.10.1',
  },
  {
    before: [2025, 1, 0],
    differs: 'it stands between 0.14 and 2025.1',
    nearest: '2025.1.0',
  },
];

function unknownRelease(version: string): UnknownReleases | null {
  const release = releaseOf(version);
  if (release === null) return null;
  return UNKNOWN.find(({ before }) => compare(release, before) < 0) ?? null;
}

/** Why the rules of a version are not known, and what is different there. */
export function whatDiffers(version: string): string {
  const found = unknownRelease(version);
  const known = 'its rules are not known, which begin with 0.10.1';
  return found === null ? known : `${known}: ${found.differs}`;
}

/** The release whose rules come nearest to those of a version that are not known; null: it is no version. */
export function nearestRules(version: string): string | null {
  return unknownRelease(version)?.nearest ?? null;
}
