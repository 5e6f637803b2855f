import { closest, distance } from 'fastest-levenshtein';

/** Of so many letters on, what a name begins with stands for it. */
const LEAST_BEGINNING = 3;

/** The name that was probably meant: one that begins so, or the nearest, by a third of its letters; null: none is near. */
export function nearest(word: string, names: readonly string[]): string | null {
  const lower = word.toLowerCase();
  const begun = names.find((name) => word.length >= LEAST_BEGINNING && name.toLowerCase().startsWith(lower));
  if (begun !== undefined || names.length === 0) return begun ?? null;
  const near = closest(
    lower,
    names.map((name) => name.toLowerCase()),
  );
  const most = near.length <= LEAST_BEGINNING ? 1 : Math.ceil(near.length / 3);
  return distance(lower, near) <= most ? (names.find((name) => name.toLowerCase() === near) ?? null) : null;
}

/** To be added to a sentence; empty where nothing is near. */
export function didYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return near === null ? '' : `; did you mean ${near}?`;
}
